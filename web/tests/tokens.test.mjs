// What lets people and machines in, in a real browser: API tokens, how long a sign-in lasts, and the keys of it all.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, noViolations, startPlatform, submit } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  url = platform.url;
});

after(() => platform?.stop());

const byMachine = (token, path) => fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } });

test("a person makes a token, a machine uses it for that and no more, and an admin revokes it", async () => {
  const { page, context, refused } = await platform.signIn("report_viewer", "Kestrel Bank");
  await page.goto(`${url}/account`);
  await page.getByText("No machine acts for you").waitFor();
  await looksRight(page);
  await page.getByRole("button", { name: "Make a token" }).click();
  await page.getByRole("checkbox", { name: "See organizations" }).waitFor();
  await page.getByRole("button", { name: "Make the token" }).click();
  await page.getByText("Choose at least one thing that the token is for.").waitFor();
  await looksRight(page);
  await page.getByLabel("Name", { exact: true }).fill("Nightly report");
  await page.getByRole("checkbox", { name: "See organizations" }).check();
  const ranges = page.getByLabel(/Only from these addresses/);
  await ranges.fill("10.20.0.0/99");
  await page.getByRole("button", { name: "Make the token" }).click();
  // Refused by the server, and said at the field.
  await page.getByText("is neither an address nor a range", { exact: false }).waitFor();
  assert.equal(await ranges.getAttribute("aria-invalid"), "true");
  await ranges.fill("127.0.0.0/8\n10.20.0.0/16");
  await page.getByRole("button", { name: "Make the token" }).click();
  const token = await page.getByRole("status", { name: "The token" }).innerText();
  await looksRight(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "I have kept it" }).click();
  await page.getByText("Not used yet").waitFor();
  assert.ok(!(await page.content()).includes(token));

  const organization = platform.demo.organizations.find(({ name }) => name === "Kestrel Bank");
  assert.equal((await byMachine(token, `/api/organizations/${organization.id}`)).status, 200);
  assert.equal((await byMachine(token, "/api/users")).status, 403);
  await page.reload();
  await page.getByText("In use", { exact: true }).waitFor();
  await page.getByText("127.0.0.0/8", { exact: false }).waitFor();
  await looksRight(page);

  const admin = await platform.signIn("admin", "Kestrel Bank");
  await admin.page.goto(`${url}/users`);
  await admin.page.getByText("Idris Bello").first().click();
  await admin.page.getByRole("list", { name: "API tokens of Idris Bello" }).getByText("Nightly report").waitFor();
  await looksRight(admin.page);
  await admin.page.getByRole("button", { name: "Revoke Nightly report" }).click();
  await admin.page.getByRole("button", { name: "Revoke", exact: true }).click();
  await admin.page.getByText("Nightly report is revoked.").waitFor();
  assert.equal((await byMachine(token, `/api/organizations/${organization.id}`)).status, 401);
  assert.deepEqual([...refused, ...admin.refused], []);
  await context.close();
  await admin.context.close();
});

test("an admin changes how long a sign-in lasts, within its bounds", async () => {
  const { page, context, refused } = await platform.signIn("admin", "Kestrel Bank");
  await page.goto(`${url}/security`);
  const form = page.getByRole("form", { name: "How long a sign-in lasts" });
  await form.getByLabel("Signed out in any case").fill("25");
  await form.getByText("Enter a whole number from 1 to 24.").waitFor();
  assert.equal(await form.getByLabel("Signed out in any case").getAttribute("aria-invalid"), "true");
  await looksRight(page);
  await form.getByLabel("Signed out in any case").fill("8");
  await submit(form.getByLabel("Signed out when idle"), "20");
  await page.getByText("The sign-in limits of Kestrel Bank are changed.").waitFor();
  await page.reload();
  assert.equal(await form.getByLabel("Signed out in any case").inputValue(), "8");
  assert.equal(await form.getByLabel("Signed out when idle").inputValue(), "20");
  assert.equal(await form.getByLabel("Places at a time").inputValue(), "10");
  assert.deepEqual(refused, []);
  await context.close();
});

test("a super admin sees the keys of access tokens and gives one up with a reason, and whoever works goes on", async () => {
  const technician = await platform.signIn("technician");
  await technician.page.getByRole("button", { name: /connect/i }).first().click();
  const screen = technician.page.locator(".xterm-rows");
  await screen.getByText("ops@", { exact: false }).first().waitFor();
  const { page, context, refused } = await platform.signIn("super_admin");
  await page.goto(`${url}/security`);
  const keys = page.getByRole("list", { name: "Keys of access tokens" });
  await keys.getByText("Signs now").waitFor();
  const [next, active] = await keys.locator(".mono").allInnerTexts();
  const published = await page.evaluate(async () => (await (await fetch("/.well-known/jwks.json")).json()).keys.map(({ kid }) => kid));
  assert.deepEqual(published.sort(), [next, active].sort());
  // Too new for everybody to know it: the server says so, in the dialog.
  await page.getByRole("button", { name: "Rotate…" }).click();
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await page.getByText("less than five minutes ago", { exact: false }).waitFor();
  await noViolations(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `Revoke the key ${active}` }).click();
  const revoke = page.getByRole("button", { name: "Revoke the key", exact: true });
  assert.equal(await revoke.isDisabled(), true);
  await page.keyboard.type("its private half was in a backup that is lost");
  await page.getByRole("dialog").getByText("Live terminals go on.", { exact: false }).waitFor();
  await page.getByRole("dialog").getByText("It cannot be undone.").waitFor();
  await looksRight(page);
  const renewed = technician.page.waitForResponse((answer) => answer.url().endsWith("/api/auth/refresh") && answer.ok());
  await revoke.click();
  await keys.getByText("Revoked", { exact: true }).waitFor();
  // Whoever did it is signed in still, by a token of the next key.
  assert.equal(await keys.getByRole("listitem").filter({ hasText: next }).getByText("Signs now").count(), 1);
  await looksRight(page);
  // Longer than it takes to end a session whose sign-in is over.
  await technician.page.waitForTimeout(2_000);
  await technician.page.keyboard.type("echo still-$((40+2))\n");
  await screen.getByText("still-42").first().waitFor();
  const live = await page.evaluate(async () => (await (await fetch("/api/sessions?status=live")).json()).data);
  assert.equal(live.total, 1);
  // Their token is of the key that is gone: the browser gets another one without asking.
  await technician.page.goto(`${url}/account`);
  await technician.page.getByText(technician.person.email).first().waitFor();
  await renewed;
  assert.deepEqual([...refused, ...technician.refused], []);
  await context.close();
  await technician.context.close();
});
