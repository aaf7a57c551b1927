// A platform with its demonstration, a browser, and what every test of a screen needs. Run by ./test (SALLYPORT_BIN, CHROMIUM).
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { chromium } from "playwright-core";
import { freshCode } from "./authenticator.mjs";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const PATIENCE = 30_000;

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** `config`: sections of a configuration file. `host`: the name that people type; passkeys belong to a name, not to a number. */
export async function startPlatform(config = "", host = "127.0.0.1") {
  const data = mkdtempSync(join(tmpdir(), "sallyport-browser-"));
  const port = await freePort();
  const url = `http://${host}:${port}`;
  writeFileSync(join(data, "sallyport.toml"), `[http]\nlisten = "127.0.0.1:${port}"\npublic_url = "${url}"\n${config}`);
  const args = ["serve", "--demo", "--config", join(data, "sallyport.toml"), "--data", join(data, "data")];
  // What configures the tests is no configuration of the platform.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SALLYPORT_")));
  const server = spawn(process.env.SALLYPORT_BIN, args, { env, stdio: ["ignore", "inherit", "inherit"] });
  for (const until = Date.now() + 180_000; ; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
    if (answer?.ok) break;
    assert.ok(Date.now() < until, "the platform did not start");
    assert.equal(server.exitCode, null, "the platform ended");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const demo = JSON.parse(readFileSync(join(data, "data", "demo.json"), "utf8"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic"],
  });

  /** A browser of its own, in which nobody is signed in. */
  async function stranger(viewport = { width: 1440, height: 900 }) {
    const context = await browser.newContext({ viewport });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    const refused = [];
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) refused.push(message.text());
    });
    return { page, context, refused };
  }

  /** A browser of its own, signed in as the demonstration's person of this role. */
  async function signIn(role, organization = "Northgate Security") {
    const person = demo.users.find((user) => user.role === role && user.organization === organization);
    const seat = await stranger();
    const { page } = seat;
    await page.goto(`${url}/`);
    await enter(page, person.email, person.password);
    if (person.totpSecret !== null) {
      await submit(page.getByLabel("Code", { exact: true }), await freshCode(person.totpSecret));
    }
    await page.locator("main").waitFor();
    await page.waitForURL((address) => !address.pathname.startsWith("/sign-in")).catch(async () => {
      assert.fail(`${person.email} is not signed in: ${await page.locator("body").innerText()}`);
    });
    return { ...seat, person };
  }

  /** Where the database lies: elsewhere when PostgreSQL's account cannot reach our folder. */
  function home() {
    const wanted = join(data, "data", "postgres");
    const elsewhere = join(wanted, "postgres.location");
    return existsSync(elsewhere) ? readFileSync(elsewhere, "utf8").trim() : wanted;
  }

  /** SQL as the owner of the database, for what only time would bring. */
  function sql(statement) {
    const cluster = join(home(), "data");
    // PostgreSQL's own notes: by which program it runs, and where its socket is.
    const [server] = readFileSync(join(cluster, "postmaster.opts"), "utf8").split(" ");
    const [, , , number, socket] = readFileSync(join(cluster, "postmaster.pid"), "utf8").split("\n");
    const psql = join(dirname(server), "psql");
    return execFileSync(psql, ["-XAtqw", "-v", "ON_ERROR_STOP=1", "-h", socket, "-p", number, "-U", "sallyport_owner", "-d", "sallyport", "-c", statement], { encoding: "utf8" }).trim();
  }

  async function stop() {
    await browser.close();
    if (server.exitCode === null) {
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
    }
    for (const folder of [home(), data]) rmSync(folder, { recursive: true, force: true });
  }

  return { url, demo, browser, stranger, signIn, sql, stop };
}

/** Types into a field and sends its form, wherever the focus was moved to in between. */
export async function submit(field, value) {
  await field.fill(value);
  await field.press("Enter");
}

/** By the Tab key alone, as far as it takes. */
export async function tabTo(page, locator) {
  for (let pressed = 0; pressed < 80; pressed += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail("the Tab key does not lead there");
}

/** The door by address and password, whatever other ways the address has. */
export async function enter(page, email, password) {
  await submit(page.getByLabel("Email"), email);
  const field = page.getByLabel("Password", { exact: true });
  const way = page.getByRole("button", { name: "Use your password" });
  await field.or(way).waitFor();
  if (await way.isVisible()) await way.click();
  await submit(field, password);
}

// What fades in has no contrast yet: waits until nothing moves that will ever stand still.
export async function settled(page) {
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

export async function noViolations(page) {
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

/** Nothing stands beside the window, nor beside the drawer or dialog over it. What scrolls on purpose can be focused. */
export async function noOverflow(page) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 1, `${page.url()} is ${overflow} px too wide`);
  const cut = await page.evaluate(() => {
    const scrolls = (each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX) && each.tabIndex < 0 && each.tagName !== "TEXTAREA";
    const inside = [...document.querySelectorAll('[role="dialog"], [role="dialog"] *')];
    return inside.filter((each) => scrolls(each) && each.scrollWidth - each.clientWidth > 1).map((each) => `${each.scrollWidth - each.clientWidth} px: ${each.outerHTML.slice(0, 120)}`);
  });
  assert.deepEqual(cut, [], `cut off on ${page.url()}`);
}

/** Axe finds nothing and nothing hangs over: narrow and dark, wide and light. */
export async function looksRight(page) {
  for (const [scheme, viewport] of [["dark", { width: 390, height: 844 }], ["light", { width: 1440, height: 900 }]]) {
    await page.setViewportSize(viewport);
    await page.evaluate((scheme) => document.documentElement.setAttribute("data-scheme", scheme), scheme);
    await noViolations(page);
    await noOverflow(page);
  }
}

/** Answers the next request of this kind as the server does when a sign-in is older than ten minutes. */
export async function askForStepUp(page, method, path) {
  let asked = false;
  await page.route(path, (route) => {
    if (asked || route.request().method() !== method) return route.fallback();
    asked = true;
    const refusal = { success: false, error: "step_up_required", message: "Confirm that it is you.", details: {} };
    return route.fulfill({ status: 403, json: refusal });
  });
}

/** The newest mail to this address that says so, as a super admin reads it where no mail server is configured. */
export async function readMail(admin, recipient, subject) {
  for (const until = Date.now() + PATIENCE; ; ) {
    const { items } = await admin.page.evaluate(async () => (await (await fetch("/api/dev/mails?limit=50")).json()).data);
    const mail = items.find((each) => each.recipient === recipient && subject.test(each.subject));
    if (mail !== undefined) return mail;
    assert.ok(Date.now() < until, `no mail to ${recipient} says ${subject}`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** What the console's own page gets from the API, in its person's name. */
export async function ask({ page, context }, path, body) {
  const csrf = (await context.cookies()).find((cookie) => cookie.name === "__Host-sallyport_csrf").value;
  return page.evaluate(
    async ([path, body, token]) => {
      const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
      return (await (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).json()).data;
    },
    [path, body, csrf],
  );
}
