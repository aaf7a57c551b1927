// Passkeys in a real browser, on a platform with a host name: Chromium's own authenticator makes and shows them. Run by
// ./test (SALLYPORT_BIN, CHROMIUM).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { submit } from "./platform.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
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

before(async () => {
  data = mkdtempSync(join(tmpdir(), "sallyport-passkeys-"));
  const port = await freePort();
  url = `http://localhost:${port}`;
  // What configures the tests is no configuration of the platform.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("SALLYPORT_")));
  env.SALLYPORT_HTTP__LISTEN = `127.0.0.1:${port}`;
  env.SALLYPORT_HTTP__PUBLIC_URL = url;
  server = spawn(process.env.SALLYPORT_BIN, ["serve", "--demo", "--data", join(data, "data")], { env, stdio: ["ignore", "inherit", "inherit"] });
  const until = Date.now() + 180_000;
  while (!(await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null))?.ok) {
    assert.ok(Date.now() < until, "the platform did not start");
    assert.equal(server.exitCode, null, "the platform ended");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
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

/** A browser whose device keeps passkeys and knows its owner. */
async function device(viewport = { width: 1440, height: 900 }) {
  const context = await browser.newContext({ viewport });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  });
  return { context, page, cdp, authenticatorId };
}

async function enter(page, person) {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel("Email").fill(person.email);
  // The address may come first, and the password after it.
  if ((await page.getByLabel("Password", { exact: true }).count()) === 0) await page.keyboard.press("Enter");
  await submit(page.getByLabel("Password", { exact: true }), person.password);
}

function inside(page) {
  return page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));
}

async function noViolations(page) {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished)));
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run({ rules: { "label-content-name-mismatch": { enabled: false } } }));
  assert.deepEqual(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
}

test("a passkey is added, is the second step, signs in alone, confirms, and is removed", async () => {
  const owen = demo.users.find((user) => user.role === "admin" && user.organization === "Tarn Valley Water");
  const { page, context, cdp, authenticatorId } = await device();
  await enter(page, owen);
  await inside(page);
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await noViolations(page);
  await page.getByLabel("Name").fill("Work laptop");
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("Work laptop", { exact: true }).waitFor();
  await noViolations(page);
  const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
  assert.equal(credentials.length, 1);
  assert.equal(credentials[0].rpId, "localhost");
  assert.equal(credentials[0].isResidentCredential, true);

  // Where the device has one already, it does not make another.
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("There is a passkey of yours on this device already.").waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();

  await context.clearCookies();
  // What the browser offers by itself would be taken at once here: this is about the button of the second step.
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false });
  await enter(page, owen);
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await noViolations(page);
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true });
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await inside(page);

  // A fresh proof, as what reaches far asks for it.
  let asked = false;
  await page.route("**/api/auth/backup-codes", (route) => {
    if (asked) return route.fallback();
    asked = true;
    return route.fulfill({ status: 403, json: { success: false, error: "step_up_required", message: "Confirm that it is you.", details: {} } });
  });
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Make new backup codes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make new ones" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  await dialog.getByRole("button", { name: "Use a passkey instead" }).waitFor();
  await noViolations(page);
  await dialog.getByRole("button", { name: "Use a passkey instead" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  await page.getByRole("button", { name: "I have kept them" }).click();

  await context.clearCookies();
  await page.goto(`${url}/sign-in`);
  // Either the browser fills it in by itself, or it is asked for.
  await Promise.any([inside(page), page.getByRole("button", { name: "Use a passkey" }).click().then(() => inside(page))]);
  await page.goto(`${url}/account`);
  await page.getByText(owen.email).first().waitFor();

  await page.getByRole("button", { name: "Remove Work laptop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Work laptop was removed.").waitFor();
  await context.close();
});

test("who owes a second factor enrols a passkey on a phone, and one that somebody else holds is of no use", async () => {
  const admin = demo.users.find((user) => user.role === "admin" && user.organization === "Kestrel Bank");
  const { page, context, cdp, authenticatorId } = await device({ width: 390, height: 844 });
  await enter(page, admin);
  await inside(page);
  const csrf = (await context.cookies()).find((cookie) => cookie.name === "__Host-sallyport_csrf").value;
  const required = await page.evaluate(async (token) => {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": token };
    const profile = (await (await fetch("/api/users/profile")).json()).data;
    const answer = await fetch(`/api/organizations/${profile.organization.id}`, { method: "PUT", headers, body: JSON.stringify({ mfaRequired: true }) });
    return answer.status;
  }, csrf);
  assert.equal(required, 200);
  await context.clearCookies();
  await enter(page, admin);
  await page.getByRole("heading", { name: "Add an authenticator app" }).waitFor();
  await page.getByRole("button", { name: "Add a passkey instead" }).waitFor();
  await noViolations(page);
  await page.getByRole("button", { name: "Add a passkey instead" }).click();
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  await page.getByRole("button", { name: "I have kept them" }).click();
  await inside(page);

  // The server has never seen this one.
  await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
  const { privateKey } = await page.evaluate(async () => {
    const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
    const key = await crypto.subtle.exportKey("pkcs8", pair.privateKey);
    return { privateKey: btoa(String.fromCharCode(...new Uint8Array(key))) };
  });
  const id = Buffer.from("somebody else's credential").toString("base64");
  const credential = { credentialId: id, isResidentCredential: true, rpId: "localhost", privateKey, userHandle: Buffer.alloc(16, 1).toString("base64"), signCount: 1 };
  await cdp.send("WebAuthn.addCredential", { authenticatorId, credential });
  await context.clearCookies();
  await enter(page, admin);
  await page.getByRole("heading", { name: "One more step" }).waitFor();
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText(/No passkey was used|does not sign you in here/).waitFor();
  await noViolations(page);
  await context.close();
});
