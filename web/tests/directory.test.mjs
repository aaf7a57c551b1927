// A customer's directory (SCIM) in a real browser: its token, the people that it brings, how they confirm who they are without
// a password, and what the log says of it all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CLIENT, startDns, startIdentityProvider } from "./identityProvider.mjs";
import { ask, askForStepUp, looksRight, noViolations, startPlatform, submit } from "./platform.mjs";

const ADA = { sub: "ada-1", name: "Ada Marsh", email: "ada.marsh@kestrelbank.example", email_verified: true, groups: [] };
const records = new Map();

let idp;
let dns;
let platform;
let url;
let kestrel;
let connection;

before(async () => {
  idp = await startIdentityProvider([ADA]);
  dns = await startDns(records);
  // By a name: passkeys belong to one.
  platform = await startPlatform(`[sso]\nallow = ["${idp.address}"]\ndns_server = "${dns.address}"\n`, "localhost");
  url = platform.url;
  kestrel = platform.demo.organizations.find(({ name }) => name === "Kestrel Bank");
});

after(async () => {
  await platform?.stop();
  await idp?.close();
  await dns?.close();
});

/** As the directory: answers what SCIM answers. */
async function directory(token, method, path, body) {
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/scim+json" };
  const answer = await fetch(`${url.replace("localhost", "127.0.0.1")}/api/scim/v2${path}`, { method, headers, body: JSON.stringify(body) });
  return { status: answer.status, body: await answer.json().catch(() => null) };
}

const person = ({ name, email, sub }) => ({
  schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
  userName: email,
  externalId: sub,
  displayName: name,
  active: true,
  emails: [{ value: email, type: "work", primary: true }],
});

/** A proven domain and a connection that is switched on: the wizard has its own tests. */
async function connect(seat) {
  const organizationId = kestrel.id;
  const domain = await ask(seat, "/api/sso/domains", { organizationId, domain: "kestrelbank.example" });
  records.set(domain.recordName, [domain.challenge]);
  await ask(seat, `/api/sso/domains/${domain.id}/verify`);
  const wish = { organizationId, name: "Kestrel ID", protocol: "oidc", profile: "generic", issuer: idp.issuer, clientId: CLIENT.id, clientSecret: CLIENT.secret };
  connection = await ask(seat, "/api/sso/connections", wish);
  const { url: there } = await ask(seat, `/api/sso/connections/${connection.id}/test`);
  await seat.page.goto(there);
  await seat.page.getByRole("link", { name: ADA.name }).click();
  await seat.page.getByText(/passed|You can close/i).first().waitFor();
  const { state } = await ask(seat, `/api/sso/connections/${connection.id}/activate`);
  assert.equal(state, "active");
}

test("an admin makes the token of a directory, which brings a person, tells when it came, and is refused once it is revoked", async () => {
  const seat = await platform.signIn("admin", "Kestrel Bank");
  const { page, context, refused } = seat;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await connect(seat);
  await page.goto(`${url}/security`);
  const card = page.getByRole("region", { name: "Directory (SCIM)" });
  await card.getByText("No directory keeps the people here").waitFor();
  await card.getByRole("button", { name: "Connect a directory" }).click();
  const dialog = page.getByRole("dialog", { name: "Connect a directory" });
  await dialog.getByRole("button", { name: "Make the token" }).click();
  await dialog.getByText("Enter a name, so that you know it again.").waitFor();
  await looksRight(page);

  await dialog.getByLabel("Name", { exact: true }).fill("Entra ID");
  await askForStepUp(page, "POST", "**/api/sso/directory-tokens");
  await page.keyboard.press("Enter");
  const confirm = page.getByRole("dialog", { name: "Confirm that it is you" });
  await noViolations(page);
  await submit(confirm.getByLabel("Password", { exact: true }), seat.person.password);
  const shown = page.getByRole("dialog", { name: "The token “Entra ID”" });
  const token = await shown.getByRole("status", { name: "The token" }).innerText();
  await looksRight(page);
  await shown.getByRole("button", { name: "Copy token" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), token);
  // It closes by its own button alone.
  await page.keyboard.press("Escape");
  await shown.getByRole("button", { name: "I have kept it" }).click();
  await shown.waitFor({ state: "detached" });
  const line = card.getByRole("list", { name: "Directory tokens" }).getByRole("listitem").filter({ hasText: "Entra ID" });
  await line.getByText("The directory has not come yet", { exact: false }).waitFor();
  await line.getByText("Groups give roles as in Kestrel ID").waitFor();
  assert.ok(!(await page.content()).includes(token));

  const made = await directory(token, "POST", "/Users", person(ADA));
  assert.equal(made.status, 201);
  assert.equal((await directory(token, "POST", "/Users", person({ ...ADA, email: "ada@elsewhere.example" }))).status, 400);
  await page.reload();
  await line.getByText("Last came", { exact: false }).waitFor();
  await line.getByText("127.0.0.1").waitFor();
  await card.getByText(`${url}/api/scim/v2`).waitFor();
  await looksRight(page);
  await page.goto(`${url}/users`);
  await page.getByText(ADA.email).first().waitFor();

  // A second one takes over; the first is revoked, without a proof: that must be quick.
  await page.goto(`${url}/security`);
  await card.getByRole("button", { name: "Add a directory token" }).click();
  await submit(dialog.getByLabel("Name", { exact: true }), "Entra ID, the next");
  const next = await page.getByRole("status", { name: "The token" }).innerText();
  await page.getByRole("button", { name: "I have kept it" }).click();
  await card.getByRole("button", { name: "Revoke Entra ID", exact: true }).click();
  await noViolations(page);
  await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await page.getByText("Entra ID is revoked.").waitFor();
  assert.equal((await directory(token, "GET", "/Users")).status, 401);
  assert.equal((await directory(next, "GET", `/Users/${made.body.id}`)).status, 200);
  assert.deepEqual(refused, []);
  await context.close();
});

test("the log says what a directory did, and that no person did it", async () => {
  for (const seat of [await platform.signIn("super_admin"), await platform.signIn("admin", "Kestrel Bank")]) {
    const { page, context } = seat;
    await page.goto(`${url}/audit?code=directory_user.create&organizationId=${kestrel.id}`);
    const done = page.getByRole("row").filter({ hasText: `The directory Entra ID made an account for ${ADA.name}` });
    await done.waitFor();
    await done.click();
    const drawer = page.getByRole("dialog");
    await drawer.locator("dd").filter({ hasText: "The directory Entra ID" }).waitFor();
    await drawer.getByText("By its token, in no person’s name").waitFor();
    await drawer.getByText("directory.", { exact: false }).first().waitFor();
    assert.equal(await drawer.getByRole("button", { name: "Show all with this person" }).count(), 0);
    await looksRight(page);
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove the filter Event" }).click();
    await page.getByText("The directory Entra ID was refused to", { exact: false }).first().waitFor();
    await context.close();
  }
});

test("who has no password confirms at the identity provider or by a passkey, and is told when there is neither", async () => {
  const { page, context, refused } = await platform.stranger({ width: 390, height: 844 });
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const options = { protocol: "ctap2", ctap2Version: "ctap2_1", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  await page.goto(`${url}/sign-in?next=/account`);
  await submit(page.getByLabel("Email"), ADA.email);
  await page.getByRole("button", { name: "Continue with Kestrel ID" }).click();
  await page.getByRole("link", { name: ADA.name }).click();
  await page.waitForURL(`${url}/account`);
  await page.getByText("It comes from your organization’s identity provider", { exact: false }).waitFor();
  assert.equal(await page.getByRole("button", { name: "Change password" }).count(), 0);
  await looksRight(page);

  const dialog = page.getByRole("dialog", { name: "Confirm that it is you" });
  const offered = async () => {
    await dialog.waitFor();
    await noViolations(page);
    assert.equal(await dialog.getByLabel("Password", { exact: true }).count(), 0);
    assert.equal(await dialog.getByLabel("Code", { exact: true }).count(), 0);
    return (await dialog.getByRole("button").allInnerTexts()).filter((name) => name !== "Cancel" && name !== "");
  };
  await askForStepUp(page, "POST", "**/api/auth/factors/passkeys");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await page.getByLabel("Name").fill("My phone");
  await page.getByRole("button", { name: "Continue" }).click();
  assert.deepEqual(await offered(), ["Confirm with Kestrel ID"]);
  const [other] = await Promise.all([context.waitForEvent("page"), dialog.getByRole("button", { name: "Confirm with Kestrel ID" }).click()]);
  const closed = other.waitForEvent("close");
  await other.getByRole("link", { name: ADA.name }).click();
  await closed;
  await page.getByRole("button", { name: "I have kept them" }).click();
  await page.getByText("My phone", { exact: true }).waitFor();

  await askForStepUp(page, "POST", "**/api/auth/backup-codes");
  await page.getByRole("button", { name: "Make new backup codes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make new ones" }).click();
  assert.deepEqual(await offered(), ["Confirm with Kestrel ID", "Use a passkey"]);
  await dialog.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByRole("button", { name: "I have kept them" }).click();

  // The provider is switched off, and with it whoever came in by it is out: the passkey is what is left.
  const admin = await platform.signIn("admin", "Kestrel Bank");
  await ask(admin, `/api/sso/connections/${connection.id}/deactivate`);
  await admin.context.close();
  // What the browser offers by itself would be taken at once here: this is about the button.
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  });
  await page.goto(`${url}/account`);
  await page.waitForURL((address) => address.pathname.startsWith("/sign-in"));
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL(`${url}/account`);
  await askForStepUp(page, "POST", "**/api/auth/backup-codes");
  await page.getByRole("button", { name: "Make new backup codes" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make new ones" }).click();
  assert.deepEqual(await offered(), ["Use a passkey"]);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Remove My phone" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("My phone was removed.").waitFor();
  await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
  await askForStepUp(page, "POST", "**/api/auth/factors/totp");
  await page.getByRole("button", { name: "Add an authenticator app" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  assert.deepEqual(await offered(), ["Sign out"]);
  await dialog.getByText("you have no way to confirm who you are", { exact: false }).waitFor();
  await looksRight(page);
  await dialog.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});
