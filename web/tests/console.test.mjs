// The console in a real browser, on a real platform with its demonstration: from signing in to a shell, watched and
// ended by a super admin, seen by the customer. Run by ./test (SALLYPORT_BIN, CHROMIUM).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { freshCode } from "./authenticator.mjs";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PATIENCE = 30_000;

let server;
let browser;
let data;
let url;
let demo;

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function ready(until) {
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => null);
    if (answer?.ok) return;
    assert.ok(Date.now() < until, "the platform did not start");
    assert.equal(server.exitCode, null, "the platform ended");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

before(async () => {
  data = mkdtempSync(join(tmpdir(), "sallyport-browser-"));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const args = ["serve", "--demo", "--data", join(data, "data"), "--listen", `127.0.0.1:${port}`];
  // What configures the tests is no configuration of the platform.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SALLYPORT_")));
  server = spawn(process.env.SALLYPORT_BIN, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  await ready(Date.now() + 180_000);
  demo = JSON.parse(readFileSync(join(data, "data", "demo.json"), "utf8"));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"],
  });
});

after(async () => {
  await browser?.close();
  if (server && server.exitCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
});

/** A browser of its own, signed in as the demonstration's person of this role. */
async function signIn(role, organization = "Northgate Security") {
  const person = demo.users.find((user) => user.role === role && user.organization === organization);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const refused = [];
  page.on("console", (message) => {
    if (/Content Security Policy/.test(message.text())) refused.push(message.text());
  });
  await page.goto(`${url}/`);
  await page.getByLabel(/email/i).first().fill(person.email);
  await page.getByLabel(/^password/i).first().fill(person.password);
  await page.keyboard.press("Enter");
  if (person.totpSecret !== null) {
    await page.getByLabel("Code", { exact: true }).fill(await freshCode(person.totpSecret));
    await page.keyboard.press("Enter");
  }
  await page.locator("main").waitFor();
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in")).catch(async () => {
    assert.fail(`${person.email} is not signed in: ${await page.locator("body").innerText()}`);
  });
  return { page, context, refused };
}

// What fades in has no contrast yet: waits until nothing moves that will ever stand still.
async function settled(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    const passing = (animation) => animation.playState === "running" && animation.effect?.getComputedTiming().endTime !== Infinity;
    for (;;) {
      await frame();
      const moving = document.getAnimations().filter(passing);
      if (moving.length === 0) return;
      await Promise.allSettled(moving.map((animation) => animation.finished));
    }
  });
}

async function noViolations(page) {
  await settled(page);
  await page.evaluate(AXE);
  // The initials in the account's button are an image of the person, not a label that somebody would say.
  const rules = { "label-content-name-mismatch": { enabled: false } };
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { rules }), rules);
  assert.deepEqual(
    violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(" | ")}`),
    [],
  );
}

const screen = (page) => page.locator(".xterm-rows");

test("a technician opens a shell, a super admin watches and ends it, the customer sees who was there", async () => {
  const technician = await signIn("technician");
  await technician.page.getByText("kb-core-db-01").first().waitFor();
  await noViolations(technician.page);
  await technician.page.getByRole("button", { name: /connect/i }).first().click();
  await technician.page.waitForFunction(() => document.querySelector(".xterm-rows")?.textContent?.includes("ops@"));
  await technician.page.keyboard.type("echo seen-$((40+2))\n");
  await screen(technician.page).getByText("seen-42").first().waitFor();

  // The same person, in another way: the API says that it is live, and a super admin ends it there.
  const admin = await signIn("super_admin");
  const live = await admin.page.evaluate(async () => (await (await fetch("/api/sessions?status=live")).json()).data);
  assert.equal(live.total, 1);
  const csrf = (await admin.context.cookies()).find((cookie) => cookie.name === "__Host-sallyport_csrf").value;
  const status = await admin.page.evaluate(
    async ([id, token]) => {
      const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
      const body = JSON.stringify({ reason: "end of the shift" });
      return (await fetch(`/api/sessions/${id}/end`, { method: "POST", headers, body })).status;
    },
    [live.items[0].id, csrf],
  );
  assert.equal(status, 200);
  await technician.page.getByText(/end of the shift/).first().waitFor();

  const customer = await signIn("admin", "Kestrel Bank");
  await customer.page.getByText("Tomás Herrera").first().waitFor();
  await noViolations(customer.page);
  for (const person of [technician, admin, customer]) {
    assert.deepEqual(person.refused, []);
    await person.context.close();
  }
});

test("every page of the rail opens for each role, wide and narrow, without a violation of accessibility", async () => {
  const { page, context } = await signIn("super_admin");
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(viewport);
    for (const path of ["/", "/organizations", "/users", "/grants", "/assets", "/sessions", "/audit", "/mails", "/account"]) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading").first().waitFor();
      await page.waitForLoadState("networkidle");
      await noViolations(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 1, `${path} at ${viewport.width} px is ${overflow} px too wide`);
    }
  }
  await context.close();
});

test("a page of another role says so without asking for it, and the log is narrowed by who and what", async () => {
  const technician = await signIn("technician");
  // What the page of before asked for late is not this one's.
  await technician.page.goto("about:blank");
  const asked = [];
  technician.page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await technician.page.goto(`${url}/audit`);
  await technician.page.getByText("This page is not for your role").waitFor();
  await noViolations(technician.page);
  assert.deepEqual(asked.filter((path) => path.startsWith("/api/") && path !== "/api/users/profile"), []);
  await technician.context.close();

  const { page, context } = await signIn("super_admin");
  await page.goto(`${url}/audit`);
  for (const [filter, typed, chosen] of [["Person", "Jonas", "Jonas Lindqvist"], ["Event", "Access granted", "Access granted"]]) {
    await page.getByRole("button", { name: filter, exact: true }).click();
    await page.getByRole("combobox").fill(typed);
    await page.getByRole("option", { name: chosen }).waitFor();
    await noViolations(page);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: `Remove the filter ${filter}` }).waitFor();
  }
  await page.getByText(/Jonas Lindqvist granted access to/).first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get("code"), "grant.create");
  await context.close();
});

test("whoever forgot the password chooses another by mail, and changes it again in the account", async () => {
  const person = demo.users.find((user) => user.role === "report_viewer");
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("Email").fill(person.email);
  await noViolations(page);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  await noViolations(page);

  // Without a mail server a super admin reads it, and only a super admin.
  const admin = await signIn("super_admin");
  await admin.page.goto(`${url}/mails`);
  await admin.page.getByRole("button", { name: new RegExp("Choose another password") }).first().click();
  const link = await admin.page.getByRole("link", { name: "Open the link" }).getAttribute("href");
  await noViolations(admin.page);
  await admin.context.close();

  await page.goto(link);
  await page.getByRole("heading", { name: "Choose another password" }).waitFor();
  assert.equal(new URL(page.url()).hash, "");
  const first = page.getByLabel("Password", { exact: true });
  await first.fill("123 liverpool 456");
  await page.getByRole("status").getByText(/tried first/).waitFor();
  await first.fill("quartz heron bicycle 17");
  await page.getByRole("status").getByText(/^Strong/).waitFor();
  await page.getByLabel("Password again").fill("quartz heron bicycle 17");
  await noViolations(page);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your password is set" }).waitFor();

  await page.getByRole("link", { name: "Sign in" }).click();
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill("quartz heron bicycle 17");
  await page.keyboard.press("Enter");
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Change password" }).click();
  const change = async (current) => {
    await page.getByLabel("Password now").fill(current);
    await page.getByLabel("New password", { exact: true }).fill(person.password + "!");
    await page.getByLabel("New password again").fill(person.password + "!");
    await page.keyboard.press("Enter");
  };
  await change("another one entirely");
  await page.getByText(/not your password/i).waitFor();
  await noViolations(page);
  await change("quartz heron bicycle 17");
  await page.getByText("Your password is changed", { exact: false }).waitFor();
  await page.reload();
  await page.getByText(person.email).first().waitFor();
  await context.close();
  // For the tests after this one.
  person.password += "!";
});

test("a recording is found, played, searched, jumped about in and verified, wide and narrow", async () => {
  const technician = await signIn("technician");
  await technician.page.getByText("kb-core-db-01").first().waitFor();
  await technician.page.getByRole("button", { name: /connect/i }).first().click();
  await technician.page.waitForFunction(() => document.querySelector(".xterm-rows")?.textContent?.includes("ops@"));
  for (const line of ["echo played-$((40+2))", "read -rsp 'Passphrase: ' x; echo", "unseen-word", "sleep 2; echo later-$((40+3))"]) {
    await technician.page.keyboard.type(`${line}\n`);
    await technician.page.waitForTimeout(300);
  }
  await screen(technician.page).getByText("later-43").first().waitFor();
  await technician.page.keyboard.type("exit\n");
  await technician.page.getByText(/ended/i).first().waitFor();
  await technician.context.close();

  const { page, context, refused } = await signIn("super_admin");
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(viewport);
    await page.goto(`${url}/recordings`);
    await page.getByRole("searchbox").or(page.getByPlaceholder(/search names and screens/i)).first().fill("played-42");
    await page.getByText("Sealed").first().waitFor();
    await noViolations(page);
    await page.getByText("kb-core-db-01").first().click();
    await page.getByRole("button", { name: "Play from the start" }).click();
    await screen(page).getByText("played-42").first().waitFor();

    // What the screen never showed is in no transcript; a hit leads to its moment.
    const search = page.getByLabel("Search what the screen said");
    await search.fill("unseen-word");
    await page.getByText("None", { exact: true }).waitFor();
    await search.fill("later-43");
    await page.getByText(/1 of \d/).waitFor();
    await page.getByRole("list", { name: "Transcript" }).getByText("later-43").last().click();
    await screen(page).getByText("later-43").first().waitFor();

    await page.getByRole("button", { name: "Verify" }).click();
    await page.getByText("Genuine and whole").waitFor();
    await noViolations(page);
  }
  assert.deepEqual(refused, []);
  await context.close();
});

/** What the console's own page gets from the API, in its person's name. */
async function ask({ page, context }, path, body) {
  const csrf = (await context.cookies()).find((cookie) => cookie.name === "__Host-sallyport_csrf").value;
  return page.evaluate(
    async ([path, body, token]) => {
      const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
      return (await (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).json()).data;
    },
    [path, body, csrf],
  );
}

test("a new technician adds an authenticator app, keeps the backup codes and comes in by one of them", async () => {
  const admin = await signIn("super_admin");
  const provider = demo.organizations.find((organization) => organization.name === "Northgate Security");
  const email = "noor.haddad@northgate.example";
  const invited = await ask(admin, "/api/users", { organizationId: provider.id, email, displayName: "Noor Haddad", role: "technician" });
  await admin.context.close();

  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  await page.goto(invited.invitationUrl);
  const password = "verglas mitten orrery 42";
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByLabel("Password again").fill(password);
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Sign in" }).click();
  const enter = async () => {
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.keyboard.press("Enter");
  };
  await enter();
  await page.getByRole("heading", { name: "Add an authenticator app" }).waitFor();
  await page.getByAltText("QR code for your authenticator app").waitFor();
  const secret = await page.locator("code").innerText();
  await noViolations(page);
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.keyboard.press("Enter");
  await page.getByText(/not what the app shows now/).waitFor();
  await page.getByLabel("Code", { exact: true }).fill(await freshCode(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  const codes = await page.getByRole("list", { name: "Backup codes" }).getByRole("listitem").allInnerTexts();
  assert.equal(new Set(codes).size, 10);
  await noViolations(page);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download" }).click()]);
  assert.ok(readFileSync(await download.path(), "utf8").includes(codes[9]));
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));

  await context.clearCookies();
  await page.goto(`${url}/sign-in`);
  await enter();
  await page.getByRole("button", { name: "Use a backup code" }).click();
  await noViolations(page);
  await page.getByLabel("Backup code").fill(codes[0].toUpperCase().replaceAll("-", " "));
  await page.keyboard.press("Enter");
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  await context.close();
});

/** Answers the next request of this kind as the server does when a sign-in is older than ten minutes. */
async function askForStepUp(page, method, path) {
  let asked = false;
  await page.route(path, (route) => {
    if (asked || route.request().method() !== method) return route.fallback();
    asked = true;
    const refusal = { success: false, error: "step_up_required", message: "Confirm that it is you.", details: {} };
    return route.fulfill({ status: 403, json: refusal });
  });
}

test("an admin adds an app, requires one of everybody after confirming by it, and loses it to a super admin", async () => {
  const { page, context, refused } = await signIn("admin", "Tarn Valley Water");
  const owen = demo.users.find((user) => user.role === "admin" && user.organization === "Tarn Valley Water");
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await page.getByLabel("Name").fill("Work phone");
  await page.getByRole("button", { name: "Continue" }).click();
  const secret = await page.locator("code").innerText();
  await noViolations(page);
  await page.getByLabel("Code", { exact: true }).fill(await freshCode(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  await noViolations(page);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("10 of 10 left").waitFor();
  await noViolations(page);

  await page.getByRole("link", { name: "Settings" }).click();
  await askForStepUp(page, "PUT", "**/api/organizations/*");
  const required = page.getByRole("switch", { name: "Require a second factor" });
  await required.click();
  await page.getByRole("button", { name: "Require it" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabel("Password", { exact: true }).fill(owen.password);
  await dialog.getByLabel("Code", { exact: true }).fill("000000");
  await page.keyboard.press("Enter");
  await dialog.getByText("The password or the code is not right").waitFor();
  await noViolations(page);
  await dialog.getByLabel("Password", { exact: true }).fill(owen.password);
  await dialog.getByLabel("Code", { exact: true }).fill(await freshCode(secret));
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await page.getByText("sign in with a second factor from now on").waitFor();
  assert.equal(await required.isChecked(), true);
  await page.goto(`${url}/account`);
  await page.getByText("Required by your organization").waitFor();

  const admin = await signIn("super_admin");
  await admin.page.goto(`${url}/users`);
  await admin.page.getByText("Owen Price").first().click();
  await admin.page.getByRole("button", { name: "Remove second factors…" }).click();
  await admin.page.getByLabel(/How did you make sure/).fill("called back at the number that we have");
  await noViolations(admin.page);
  await admin.page.getByRole("button", { name: "Remove them" }).click();
  await admin.page.getByText("Not set up").first().waitFor();
  await admin.context.close();

  await page.goto(`${url}/account`);
  await page.getByLabel("Email").fill(owen.email);
  await page.getByLabel("Password", { exact: true }).fill(owen.password);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Add an authenticator app" }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});
