// One's own account in a real browser: another address by a mailed link, a password of the kinds that the organization asks
// for, and the whole way in and through it by keyboard alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { freshCode } from "./authenticator.mjs";
import { ask, askForStepUp, enter, looksRight, noViolations, readMail, startPlatform, submit } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  url = platform.url;
});

after(() => platform?.stop());

const inside = (page) => page.waitForURL((address) => !address.pathname.startsWith("/sign-in"));

test("another address is asked for after a proof, confirmed by its mail, and signs in from then on", async () => {
  const { page, context, refused, person } = await platform.signIn("report_viewer", "Halden Hospital");
  const [before, wanted] = [person.email, "lars.moen.with-a-rather-long-address@haldenhospital.example"];
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Change…" }).click();
  const dialog = page.getByRole("dialog", { name: "Change your address" });
  for (const [typed, words] of [["lars", "Enter the whole address"], [before.toUpperCase(), "That is your address already."]]) {
    await submit(dialog.getByLabel("New address"), typed);
    await dialog.getByText(words, { exact: false }).waitFor();
  }
  await looksRight(page);
  await askForStepUp(page, "POST", "**/api/auth/address");
  await submit(dialog.getByLabel("New address"), wanted);
  const confirm = page.getByRole("dialog", { name: "Confirm that it is you" });
  await submit(confirm.getByLabel("Password", { exact: true }), person.password);
  await page.getByText(`A link is on its way to ${wanted}.`).waitFor();
  await page.getByText("Until it is opened nothing changes.", { exact: false }).waitFor();
  await looksRight(page);

  const admin = await platform.signIn("super_admin");
  const { link } = await readMail(admin, wanted, /^Confirm this address/);
  const door = await platform.stranger({ width: 390, height: 844 });
  await door.page.goto(link);
  await door.page.getByRole("heading", { name: "Is this your address?" }).waitFor();
  await door.page.waitForFunction(() => location.hash === "");
  await looksRight(door.page);
  // Opening it changed nothing yet.
  assert.equal(await page.evaluate(async () => (await (await fetch("/api/users/profile")).json()).data.email), before);
  await door.page.getByRole("button", { name: "Confirm the address" }).click();
  await door.page.getByRole("heading", { name: "Your address is changed" }).waitFor();
  await door.page.getByText(`From now on you sign in as ${wanted}.`).waitFor();
  await looksRight(door.page);
  await door.page.goto(`${url}/confirmed`);
  await door.page.goto(link);
  await door.page.getByRole("button", { name: "Confirm the address" }).click();
  await door.page.getByRole("heading", { name: "This link does not work" }).waitFor();
  await looksRight(door.page);

  // The one of before is told, and lets nobody in any more.
  await readMail(admin, before, /^Your address for .* was changed$/);
  await admin.context.close();
  await page.reload();
  await page.getByText(wanted).first().waitFor();
  await door.page.goto(`${url}/sign-in`);
  await enter(door.page, before, person.password);
  await door.page.getByText("The address or the password is not right", { exact: false }).waitFor();
  await door.page.goto(`${url}/sign-in`);
  await submit(door.page.getByLabel("Email"), wanted);
  await door.page.getByLabel("Password", { exact: true }).waitFor();
  await looksRight(door.page);
  await submit(door.page.getByLabel("Password", { exact: true }), person.password);
  await inside(door.page);
  person.email = wanted;
  assert.deepEqual([...refused, ...door.refused], []);
  await context.close();
  await door.context.close();
});

test("an admin asks for kinds of characters, and whoever sets a password sees which are missing and is refused without", async () => {
  const admin = await platform.signIn("admin", "Halden Hospital");
  await admin.page.goto(`${url}/security`);
  const rule = admin.page.getByRole("group", { name: /^Off by default/ });
  await askForStepUp(admin.page, "PUT", "**/api/organizations/*");
  await rule.getByRole("checkbox", { name: "A digit" }).click();
  const confirm = admin.page.getByRole("dialog", { name: "Confirm that it is you" });
  await submit(confirm.getByLabel("Password", { exact: true }), admin.person.password);
  await confirm.waitFor({ state: "detached" });
  await admin.page.getByText("The rule for passwords is kept.").waitFor();
  const capital = rule.getByRole("checkbox", { name: "A capital letter" });
  await capital.click();
  await admin.page.waitForFunction((box) => box.checked && !box.disabled, await capital.elementHandle());
  await admin.page.reload();
  await rule.waitFor();
  assert.deepEqual(await rule.getByRole("checkbox").evaluateAll((boxes) => boxes.map((box) => box.checked)), [false, true, true, false]);
  await looksRight(admin.page);

  const { page, context, refused, person } = await platform.signIn("report_viewer", "Halden Hospital");
  await page.goto(`${url}/account`);
  await page.getByRole("button", { name: "Change password" }).click();
  const kinds = page.getByRole("list", { name: "What the password must have" });
  const states = () => kinds.getByRole("listitem").allTextContents();
  await kinds.waitFor();
  const choose = async (password) => {
    await page.getByLabel("New password", { exact: true }).fill(password);
    await page.getByLabel("New password again").fill(password);
  };
  await page.getByLabel("Password now").fill(person.password);
  await choose("quartz heron bicycle");
  assert.deepEqual(await states(), ["A capital letter: missing", "A digit: missing"]);
  await looksRight(page);
  await page.keyboard.press("Enter");
  await page.getByText(/your organization asks for a digit and a capital letter/i).waitFor();
  await looksRight(page);
  await page.getByLabel("Password now").fill(person.password);
  await choose("Quartz heron bicycle 17");
  assert.deepEqual(await states(), ["A capital letter: there", "A digit: there"]);
  await page.keyboard.press("Enter");
  await page.getByText("Your password is changed", { exact: false }).waitFor();
  await context.close();

  // By an invitation it is refused likewise.
  const organization = platform.demo.organizations.find(({ name }) => name === "Halden Hospital");
  const invited = await ask(admin, "/api/users", { organizationId: organization.id, email: "ingrid.aas@haldenhospital.example", displayName: "Ingrid Aas", role: "basic_user" });
  const guest = await platform.stranger({ width: 390, height: 844 });
  await guest.page.goto(invited.invitationUrl);
  for (const [password, answer] of [["verglas mitten orrery", /your organization asks for a digit and a capital letter/i], ["Verglas mitten orrery 42", /Your account is ready/]]) {
    await guest.page.getByLabel("Password", { exact: true }).fill(password);
    await submit(guest.page.getByLabel("Password again"), password);
    await guest.page.getByText(answer).waitFor();
    await looksRight(guest.page);
  }
  assert.deepEqual([...refused, ...admin.refused, ...guest.refused], []);
  await guest.context.close();
  await admin.context.close();
});

/** Presses Tab until the control of this name has the focus, and fails when it never gets there. */
async function tabTo(page, name, most = 40) {
  const focused = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      return at === document.body ? "(nothing)" : (at.getAttribute("aria-label") ?? at.labels?.[0]?.innerText ?? at.innerText ?? "");
    });
  const met = [];
  for (let presses = 0; presses <= most; presses += 1) {
    const now = (await focused()).trim();
    if (name instanceof RegExp ? name.test(now) : now === name) return;
    met.push(now);
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not lead to ${name}, but to ${met.join(" | ")}`);
}

/** What is focused can be seen to be. */
async function focusShows(page) {
  const shown = await page.evaluate(() => {
    const at = document.activeElement;
    const ringed = (element) => {
      const style = getComputedStyle(element);
      return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
    };
    return ringed(at) || ringed(at.parentElement) || at.closest(".Mui-focused, .Mui-focusVisible") !== null;
  });
  assert.ok(shown, `the focus cannot be seen on ${await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))}`);
}

test("by keyboard alone: the sign-in, the enrolment, the account, and a proof over a dialog that gives the focus back", async () => {
  const admin = await platform.signIn("super_admin");
  const provider = platform.demo.organizations.find(({ name }) => name === "Northgate Security");
  const email = "noor.haddad@northgate.example";
  const password = "verglas mitten orrery 42";
  const { invitationUrl } = await ask(admin, "/api/users", { organizationId: provider.id, email, displayName: "Noor Haddad", role: "technician" });
  await admin.context.close();
  const { page, context, refused } = await platform.stranger();
  // Where one stands is where one types: nothing is clicked from here on.
  await page.goto(invitationUrl);
  await page.getByRole("heading", { name: "Welcome, Noor Haddad" }).waitFor();
  await tabTo(page, "Password");
  await page.keyboard.type(password);
  await tabTo(page, "Password again");
  await page.keyboard.type(password);
  await tabTo(page, "Create my account");
  await focusShows(page);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Your account is ready" }).waitFor();
  await tabTo(page, "Sign in", 3);
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "Sign in", exact: true }).waitFor();
  await tabTo(page, "Email", 0);
  await page.keyboard.type(email);
  await tabTo(page, "Continue");
  await focusShows(page);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Enter your password" }).waitFor();
  await tabTo(page, "Password", 0);
  await page.keyboard.type("not this one");
  await page.keyboard.press("Enter");
  await page.getByText("The address or the password is not right", { exact: false }).waitFor();
  await tabTo(page, "Password", 0);
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");

  await page.getByRole("heading", { name: "Add an authenticator app" }).waitFor();
  const secret = await page.locator("code").innerText();
  await tabTo(page, "Copy secret", 3);
  await focusShows(page);
  await tabTo(page, "Code", 2);
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await page.getByText(/not what the app shows now/).waitFor();
  await tabTo(page, "Code", 0);
  await page.keyboard.type(await freshCode(secret));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  await tabTo(page, "I have kept them", 5);
  await page.keyboard.press("Enter");
  await inside(page);

  await page.goto(`${url}/account`);
  await page.getByRole("heading", { name: "Second factors" }).waitFor();
  await tabTo(page, "Change password");
  await focusShows(page);
  await page.keyboard.press("Enter");
  await tabTo(page, "Password now", 0);
  await tabTo(page, "Cancel");
  await page.keyboard.press("Enter");
  await tabTo(page, "Change password", 0);
  await askForStepUp(page, "POST", "**/api/auth/backup-codes");
  await tabTo(page, "Make new backup codes");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await tabTo(page, "Make new ones");
  await page.keyboard.press("Enter");
  const confirm = page.getByRole("dialog", { name: "Confirm that it is you" });
  await confirm.waitFor();
  await noViolations(page);
  await tabTo(page, "Password", 0);
  await page.keyboard.type(password);
  await tabTo(page, "Code");
  await page.keyboard.type(await freshCode(secret));
  await page.keyboard.press("Enter");
  await confirm.waitFor({ state: "detached" });
  await page.getByRole("heading", { name: "Keep your backup codes" }).waitFor();
  await tabTo(page, "I have kept them");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  // Whoever goes on by Tab goes on where they were.
  await tabTo(page, "Make new backup codes", 0);
  assert.deepEqual(refused, []);
  await context.close();
});

test("who carries a bound sign-in elsewhere signs in anew and goes on where they were", async () => {
  const admin = await platform.signIn("admin", "Kestrel Bank");
  await admin.page.goto(`${url}/security`);
  const card = admin.page.getByRole("group", { name: "A sign-in that was carried away", exact: false });
  await card.getByLabel("The browser they signed in with", { exact: false }).check();
  await admin.page.getByText("What sign-ins are bound to is kept.").waitFor();
  await looksRight(admin.page);

  const { page, context, refused, person } = admin;
  await page.goto(`${url}/account`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  // The access token is over, and what the browser proves itself by stayed elsewhere.
  await context.clearCookies({ name: "__Host-sallyport_access" });
  await context.clearCookies({ name: "__Host-sallyport_device" });
  await page.reload();
  await page.getByText("You are somewhere else than before").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("next"), "/account");
  await looksRight(page);
  await enter(page, person.email, person.password);
  await page.waitForURL(`${url}/account`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  // From here on it is renewed again.
  await context.clearCookies({ name: "__Host-sallyport_access" });
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.goto(`${url}/security`);
  await card.getByLabel("The browser they signed in with", { exact: false }).uncheck();
  await page.getByText("What sign-ins are bound to is kept.").first().waitFor();
  assert.deepEqual([...refused], []);
  await context.close();
});
