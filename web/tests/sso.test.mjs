// Single sign-on in a real browser: an admin sets it up with the wizard at an identity provider of the tests, people come in
// by it or are told why not, and one's own account is linked to it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { CLIENT, startDns, startIdentityProvider } from "./identityProvider.mjs";
import { enter, looksRight, noViolations, startPlatform, submit } from "./platform.mjs";

const ADA = { sub: "ada-1", name: "Ada Marsh", given_name: "Ada", family_name: "Marsh", email: "ada@kestrelbank.example", email_verified: true, groups: ["it-operations", "staff"] };
const HELENA = { sub: "helena-1", name: "Helena at Kestrel", email: "helena.voss@kestrelbank.example", email_verified: true, groups: ["staff"] };
const records = new Map();

let idp;
let dns;
let platform;
let url;

before(async () => {
  idp = await startIdentityProvider([ADA, HELENA]);
  dns = await startDns(records);
  platform = await startPlatform(`[sso]\nallow = ["${idp.address}"]\ndns_server = "${dns.address}"\n`);
  url = platform.url;
});

after(async () => {
  await platform?.stop();
  await idp?.close();
  await dns?.close();
});

/** Presses what opens a window, and chooses who signs in there. */
async function inAnotherWindow({ page, context }, press, name) {
  const [other] = await Promise.all([context.waitForEvent("page"), press(page)]);
  const closed = other.waitForEvent("close");
  await other.getByRole("link", { name }).click();
  await closed;
}

test("an admin sets single sign-on up: left and continued, tested in a window, mapped, proven and switched on", async () => {
  const seat = await platform.signIn("admin", "Kestrel Bank");
  const { page } = seat;
  await page.getByRole("link", { name: "Sign-in and SSO" }).click();
  await page.getByText("Nobody signs in by an identity provider yet").waitFor();
  // Nothing can be required that nobody could do.
  const required = page.getByRole("switch", { name: "Require single sign-on" });
  assert.equal(await required.getAttribute("aria-disabled"), "true");
  await looksRight(page);

  await page.getByRole("button", { name: "Set up single sign-on" }).click();
  await page.getByRole("heading", { name: "Where do your people have their accounts?" }).waitFor();
  await looksRight(page);
  await page.getByRole("button", { name: /Another provider/ }).click();
  await page.getByText(`${url}/api/sso/callback`).waitFor();
  await looksRight(page);
  await page.getByRole("button", { name: "Done, continue" }).click();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByText("Enter the client id.").waitFor();
  await page.getByLabel("Name", { exact: true }).fill("Kestrel ID");
  await page.getByLabel("Address of the provider (issuer)").fill(idp.issuer.replace("http", "nonsense"));
  await page.getByLabel("Client ID").fill(CLIENT.id);
  await submit(page.getByLabel("Client secret"), CLIENT.secret);
  await page.locator('[aria-invalid="true"]').waitFor();
  await looksRight(page);
  await submit(page.getByLabel("Address of the provider (issuer)"), idp.issuer);
  await page.getByRole("heading", { name: "Test it before anybody depends on it" }).waitFor();

  // Left, and continued from the list; the secret is nowhere any more.
  await page.getByRole("link", { name: "Sign-in and SSO" }).first().click();
  await page.getByRole("link", { name: "Continue the set-up of Kestrel ID" }).click();
  await page.getByRole("navigation", { name: "Steps" }).getByRole("button", { name: /Connect/ }).click();
  await page.getByText("It is never shown").waitFor();
  assert.ok(!(await page.content()).includes(CLIENT.secret));
  await looksRight(page);
  await page.getByRole("button", { name: "Save", exact: true }).click();

  await page.getByRole("button", { name: "Begin the test" }).click();
  const checks = page.getByRole("list", { name: "Checks" });
  await page.getByRole("button", { name: "Sign in there" }).waitFor();
  assert.equal(await checks.getByText("Passed").count(), 5);
  await checks.getByText("An unsigned answer is refused").waitFor();
  await looksRight(page);
  await inAnotherWindow(seat, () => page.getByRole("button", { name: "Sign in there" }).click(), ADA.name);
  await page.getByRole("heading", { name: "Who signed in" }).waitFor();
  assert.equal(await checks.getByText("Passed").count(), 6);
  await page.getByText("Its domain is not proven yet", { exact: false }).waitFor();
  await looksRight(page);
  await page.getByRole("button", { name: "Continue", exact: true }).click();

  await page.getByText("As it is, nobody new comes in", { exact: false }).waitFor();
  await page.getByRole("button", { name: "it-operations" }).click();
  await page.getByRole("combobox", { name: "Role of it-operations" }).click();
  await page.getByRole("option", { name: "Requester" }).click();
  await page.getByRole("button", { name: "Add a group" }).click();
  await page.keyboard.type("board");
  await page.getByRole("button", { name: "Move board up" }).click();
  await looksRight(page);
  await page.getByRole("button", { name: "Save and continue" }).click();

  await page.getByRole("heading", { name: "Prove your mail domain" }).waitFor();
  await page.getByRole("button", { name: "Add a mail domain" }).click();
  await page.getByRole("textbox", { name: "Domain" }).fill("kestrelbank.example");
  await noViolations(page);
  await page.keyboard.press("Enter");
  const check = page.getByRole("button", { name: "Check kestrelbank.example now" });
  await check.click();
  await page.getByText("is not proven yet", { exact: false }).waitFor();
  await looksRight(page);
  const [name, text] = await page.locator("code").allInnerTexts();
  records.set(name, [text]);
  await check.click();
  await page.getByText(/^Proven/).waitFor();
  await page.getByRole("button", { name: "Continue", exact: true }).click();

  await page.getByRole("button", { name: "Switch on…" }).click();
  await noViolations(page);
  await page.getByRole("button", { name: "Switch on", exact: true }).click();
  await page.getByRole("heading", { name: "It is switched on" }).waitFor();
  await looksRight(page);
  await page.getByRole("link", { name: "To sign-in and SSO" }).click();
  await page.getByText("switched on the identity provider Kestrel ID").waitFor();
  assert.equal(await required.getAttribute("aria-disabled"), "false");
  await page.getByRole("button", { name: "Mail domains" }).click();
  await page.getByText("proved the mail domain kestrelbank.example").waitFor();
  await looksRight(page);
  assert.deepEqual(seat.refused, []);
  await seat.context.close();
});

test("people are offered the way of their address, come in by it where they wanted to go, or are told why not", async () => {
  const { page, context, refused } = await platform.stranger({ width: 390, height: 844 });
  await page.goto(`${url}/sign-in?next=/account`);
  await submit(page.getByLabel("Email"), "nonsense");
  await page.getByText("Enter the whole address").waitFor();
  await looksRight(page);
  // Whether there is such a person is not told: the ways are those of the domain.
  await submit(page.getByLabel("Email"), "nobody@elsewhere.example");
  await page.getByLabel("Password", { exact: true }).waitFor();
  await looksRight(page);
  await page.getByRole("button", { name: "Change the address" }).click();
  await page.getByLabel("Email").fill("nobody@kestrelbank.example");
  await page.getByRole("checkbox", { name: "Remember my address on this device" }).check();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Continue with Kestrel ID" }).waitFor();
  await looksRight(page);

  // The way is in focus: one key leads on.
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByText("Your identity provider’s answer was not accepted").waitFor();
  assert.equal(await page.getByLabel("Email").inputValue(), "nobody@kestrelbank.example");
  await looksRight(page);
  await page.goto(`${url}/sign-in?next=/account`);
  assert.equal(await page.getByLabel("Email").inputValue(), "nobody@kestrelbank.example");
  await page.getByRole("checkbox", { name: "Remember my address on this device" }).uncheck();
  await page.getByLabel("Email").press("Enter");
  await page.getByRole("button", { name: "Continue with Kestrel ID" }).click();
  assert.equal(idp.asked.at(-1).login_hint, "nobody@kestrelbank.example");

  // Helena has an account already, which is not bound: it is not taken over.
  await page.getByRole("link", { name: HELENA.name }).click();
  await page.getByText("This address has an account that is not linked yet").waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("sallyport.address")), null);
  await looksRight(page);

  await page.goto(`${url}/sign-in?next=/account`);
  await submit(page.getByLabel("Email"), ADA.email);
  await page.getByRole("button", { name: "Continue with Kestrel ID" }).click();
  await page.getByRole("link", { name: ADA.name }).click();
  await page.waitForURL(`${url}/account`);
  await page.getByText("Requester", { exact: false }).first().waitFor();
  await page.getByText("as ada@kestrelbank.example").waitFor();
  await looksRight(page);
  // Without a password it is the only way in.
  await page.getByRole("button", { name: "Unlink Kestrel ID" }).click();
  await page.getByRole("button", { name: "Unlink", exact: true }).click();
  await page.getByText("Set a password first", { exact: false }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});

test("an admin links the own account, confirms by it, and requires single sign-on of everybody else", async () => {
  const seat = await platform.stranger();
  const { page, context, refused } = seat;
  const helena = platform.demo.users.find((user) => user.email === HELENA.email);
  await page.goto(`${url}/sign-in?next=/account`);
  await submit(page.getByLabel("Email"), helena.email);
  await page.getByRole("button", { name: "Use your password" }).click();
  await submit(page.getByLabel("Password", { exact: true }), helena.password);
  await page.getByRole("button", { name: "Link Kestrel ID" }).click();
  await page.getByRole("link", { name: ADA.name }).click();
  await page.getByText("is linked to another account here", { exact: false }).waitFor();
  await page.getByRole("button", { name: "Link Kestrel ID" }).click();
  await page.getByRole("link", { name: HELENA.name }).click();
  await page.getByText("Linked. You can sign in by it from now on.").waitFor();
  await page.getByText(`as ${HELENA.email}`).waitFor();
  await looksRight(page);

  // As the server answers when a sign-in is older than ten minutes: it is confirmed at the provider, and what was begun goes on.
  await page.goto(`${url}/security`);
  let asked = false;
  await page.route("**/api/organizations/*/sso", (route) => {
    if (asked || route.request().method() !== "PUT") return route.fallback();
    asked = true;
    return route.fulfill({ status: 403, json: { success: false, error: "step_up_required", message: "Confirm that it is you.", details: {} } });
  });
  const required = page.getByRole("switch", { name: "Require single sign-on" });
  await required.click();
  await page.getByRole("button", { name: "Require it" }).click();
  await page.getByRole("dialog", { name: "Confirm that it is you" }).waitFor();
  await noViolations(page);
  await inAnotherWindow(seat, () => page.getByRole("button", { name: "Confirm with Kestrel ID" }).click(), HELENA.name);
  await page.getByText("single sign-on is required.", { exact: false }).waitFor();
  assert.equal(await required.isChecked(), true);
  await page.getByRole("radio", { name: /Nobody/ }).click();
  await page.getByText("The choice is kept.").waitFor();
  await looksRight(page);
  assert.deepEqual(refused, []);
  await context.close();

  const door = await platform.stranger();
  await door.page.goto(`${url}/sign-in`);
  await submit(door.page.getByLabel("Email"), helena.email);
  await door.page.getByRole("heading", { name: "Sign in at your organization" }).waitFor();
  assert.equal(await door.page.getByRole("button", { name: "Use your password" }).count(), 0);
  await looksRight(door.page);
  await door.page.getByRole("button", { name: "Continue with Kestrel ID" }).click();
  await door.page.getByRole("link", { name: HELENA.name }).click();
  await door.page.waitForURL((address) => !address.pathname.startsWith("/sign-in") && address.port === new URL(url).port);
  await door.page.getByText("Helena Voss").first().or(door.page.getByLabel(/Helena Voss/)).first().waitFor();
  await door.context.close();
});

test("a super admin sees how a customer signs in, changes it, and the way is no longer offered", async () => {
  const { page, context } = await platform.signIn("super_admin");
  const kestrel = platform.demo.organizations.find(({ name }) => name === "Kestrel Bank");
  await page.goto(`${url}/organizations/detail?id=${kestrel.id}&tab=security`);
  await page.getByText("Kestrel ID", { exact: true }).first().waitFor();
  await looksRight(page);
  await page.getByRole("link", { name: "Open Kestrel ID" }).click();
  await page.getByRole("heading", { name: "It is switched on" }).waitFor();
  await looksRight(page);
  // It is the only way in of those who must come by it.
  await page.getByRole("button", { name: "Switch off…" }).click();
  await page.getByRole("button", { name: "Switch off", exact: true }).click();
  await page.getByText("Stop requiring single sign-on first", { exact: false }).waitFor();
  await looksRight(page);
  await page.goto(`${url}/organizations/detail?id=${kestrel.id}&tab=security`);
  const required = page.getByRole("switch", { name: "Require single sign-on" });
  await required.click();
  await page.getByRole("button", { name: "Stop requiring it" }).click();
  await page.getByText("passwords are good again", { exact: false }).waitFor();
  await page.getByRole("link", { name: "Open Kestrel ID" }).click();
  await page.getByRole("button", { name: "Switch off…" }).click();
  await page.getByRole("button", { name: "Switch off", exact: true }).click();
  await page.getByText("Kestrel ID is switched off.").waitFor();
  await context.close();

  const door = await platform.stranger();
  await door.page.goto(`${url}/sign-in`);
  await enter(door.page, HELENA.email, "whatever it may be");
  await door.page.getByRole("alert").first().waitFor();
  await noViolations(door.page);
  await door.context.close();
});
