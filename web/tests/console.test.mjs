// The console in a real browser, on a real platform with its demonstration: from signing in to a shell, watched and
// ended by a super admin, seen by the customer. Run by ./test (SALLYPORT_BIN, CHROMIUM).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { freshCode } from "./authenticator.mjs";
import { ask, askForStepUp, enter, noOverflow, noViolations, startPlatform, submit } from "./platform.mjs";

let platform;
let url;
let demo;
let signIn;

before(async () => {
  platform = await startPlatform();
  ({ url, demo, signIn } = platform);
});

after(() => platform?.stop());

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
  // The stream of changes never ends, and a page that holds it is never idle.
  await page.route("**/api/live", (route) => route.abort());
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    await page.setViewportSize(viewport);
    for (const path of ["/", "/organizations", "/users", "/grants", "/assets", "/sessions", "/audit", "/mails", "/account", "/security", "/sso"]) {
      await page.goto(`${url}${path}`);
      await page.getByRole("heading").first().waitFor();
      await page.waitForLoadState("networkidle");
      await noViolations(page);
      await noOverflow(page);
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
  assert.deepEqual(asked.filter((path) => path.startsWith("/api/") && !["/api/users/profile", "/api/live"].includes(path)), []);
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
  const { page, context } = await platform.stranger({ width: 390, height: 844 });
  await page.goto(`${url}/sign-in`);
  await submit(page.getByLabel("Email"), person.email);
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByRole("heading", { name: "Forgot your password?" }).waitFor();
  await noViolations(page);
  await submit(page.getByLabel("Email"), person.email);
  await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
  await noViolations(page);

  // Without a mail server a super admin reads it, and only a super admin.
  const admin = await signIn("super_admin");
  await admin.page.goto(`${url}/mails`);
  await admin.page.getByRole("button", { name: new RegExp("Choose another password") }).first().click();
  // Others are mailed at the same time: this one is open when its own words are there.
  await admin.page.getByRole("heading", { name: "Choose another password" }).waitFor();
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
  await enter(page, person.email, "quartz heron bicycle 17");
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Change password" }).click();
  const change = async (current) => {
    await page.getByLabel("Password now").fill(current);
    await page.getByLabel("New password", { exact: true }).fill(person.password + "!");
    await submit(page.getByLabel("New password again"), person.password + "!");
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

test("a new technician adds an authenticator app, keeps the backup codes and comes in by one of them", async () => {
  const admin = await signIn("super_admin");
  const provider = demo.organizations.find((organization) => organization.name === "Northgate Security");
  const email = "noor.haddad@northgate.example";
  const invited = await ask(admin, "/api/users", { organizationId: provider.id, email, displayName: "Noor Haddad", role: "technician" });
  await admin.context.close();

  const { page, context } = await platform.stranger({ width: 390, height: 844 });
  await page.goto(invited.invitationUrl);
  const password = "verglas mitten orrery 42";
  await page.getByLabel("Password", { exact: true }).fill(password);
  await submit(page.getByLabel("Password again"), password);
  await page.getByRole("link", { name: "Sign in" }).click();
  await enter(page, email, password);
  await page.getByRole("heading", { name: "Add an authenticator app" }).waitFor();
  await page.getByAltText("QR code for your authenticator app").waitFor();
  const secret = await page.locator("code").innerText();
  await noViolations(page);
  await submit(page.getByLabel("Code", { exact: true }), "000000");
  await page.getByText(/not what the app shows now/).waitFor();
  await submit(page.getByLabel("Code", { exact: true }), await freshCode(secret));
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
  await enter(page, email, password);
  await page.getByRole("button", { name: "Use a backup code" }).click();
  await noViolations(page);
  await submit(page.getByLabel("Backup code"), codes[0].toUpperCase().replaceAll("-", " "));
  await page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
  await context.close();
});

test("an admin adds an app, requires one of everybody after confirming by it, and loses it to a super admin", async () => {
  const { page, context, refused } = await signIn("admin", "Tarn Valley Water");
  const owen = demo.users.find((user) => user.role === "admin" && user.organization === "Tarn Valley Water");
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await page.getByLabel("Name").fill("Work phone");
  await page.getByRole("button", { name: "Continue" }).click();
  const secret = await page.locator("code").innerText();
  await noViolations(page);
  await submit(page.getByLabel("Code", { exact: true }), await freshCode(secret));
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  await noViolations(page);
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("10 of 10 left").waitFor();
  await noViolations(page);

  await page.getByRole("link", { name: "Sign-in and SSO" }).click();
  await askForStepUp(page, "PUT", "**/api/organizations/*");
  const required = page.getByRole("switch", { name: "Require a second factor" });
  await required.click();
  await page.getByRole("button", { name: "Require it" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByLabel("Password", { exact: true }).fill(owen.password);
  await submit(dialog.getByLabel("Code", { exact: true }), "000000");
  await dialog.getByText("The password or the code is not right").waitFor();
  await noViolations(page);
  await dialog.getByLabel("Password", { exact: true }).fill(owen.password);
  await submit(dialog.getByLabel("Code", { exact: true }), await freshCode(secret));
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
  await enter(page, owen.email, owen.password);
  await page.getByRole("heading", { name: "Add an authenticator app" }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});
