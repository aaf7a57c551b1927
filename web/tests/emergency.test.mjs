// Emergency access: started with its consequences in sight, ended, reviewed by somebody else.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, askForStepUp, looksRight, noViolations, startPlatform } from "./platform.mjs";

const REASON = "The database of the shop is down and loses orders";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

const wide = (page) => page.setViewportSize({ width: 1440, height: 900 });

async function choose(page, dialog, label, option) {
  await dialog.getByLabel(label).click();
  await page.getByRole("option", { name: option }).first().click();
}

test("emergency access is started, ended and reviewed, and each sees what is theirs to do", async () => {
  const { displayName: name, organization: home } = platform.demo.users.find(({ role }) => role === "technician");
  const manager = await platform.signIn("account_manager");
  const { page } = manager;
  await page.goto(`${url}/emergency`);
  await page.getByText("No emergency access yet").waitFor();
  await looksRight(page);
  await wide(page);
  await page.getByRole("button", { name: "Start emergency access" }).click();
  const start = page.getByRole("dialog", { name: "Start emergency access" });
  const go = start.getByRole("button", { name: "Start emergency access" });
  await choose(page, start, "Technician", name);
  const customer = platform.demo.users.find(({ role }) => role === "admin").organization;
  await choose(page, start, "Customer", customer);
  await start.getByLabel("What happened?").fill("Shop is down");
  await start.getByText("8 more characters at least.", { exact: false }).waitFor();
  assert.ok(await go.isDisabled());
  await start.getByLabel("What happened?").fill(REASON);
  await start.getByLabel("Minutes").fill("61");
  assert.ok(await go.isDisabled());
  await start.getByLabel("Minutes").fill("45");
  await looksRight(page);
  await wide(page);
  await askForStepUp(page, "POST", "**/api/access-management/emergency");
  await go.click();
  await page.getByRole("dialog", { name: "Confirm that it is you" }).getByRole("button", { name: "Cancel" }).click();
  await start.getByRole("alert").waitFor();
  await go.click();
  await start.waitFor({ state: "detached" });
  const active = page.getByRole("list", { name: "Emergency access that is active now" });
  await active.getByText(/^4\d:\d\d left$/).waitFor();
  await looksRight(page);
  await wide(page);

  // The customer's administrator sees it, and stops it without being asked who they are.
  const admin = await platform.signIn("admin", customer);
  await admin.page.goto(`${url}/emergency`);
  await admin.page.getByText(REASON).first().waitFor();
  await admin.page.getByRole("button", { name: "End now…" }).click();
  const end = admin.page.getByRole("dialog", { name: `End ${name}’s emergency access now?` });
  await end.getByLabel("Why now?").fill("The shop is up again");
  await noViolations(admin.page);
  await end.getByRole("button", { name: "End now" }).click();
  await end.waitFor({ state: "detached" });
  await admin.page.getByRole("table", { name: "Emergency access" }).getByText("Awaiting review").waitFor();
  await looksRight(admin.page);

  // Who started it does not review it, and cannot start another for the same technician.
  await page.reload();
  const rows = page.getByRole("table", { name: "Emergency access" }).getByRole("row");
  await rows.filter({ hasText: "Awaiting review" }).waitFor();
  await page.getByRole("button", { name: "Start emergency access" }).click();
  await choose(page, start, "Technician", name);
  await choose(page, start, "Customer", customer);
  await start.getByLabel("What happened?").fill(REASON);
  await go.click();
  await start.getByRole("link", { name: `Show what ${name} had at ${customer}` }).click();
  await start.waitFor({ state: "detached" });
  const detail = page.getByRole("dialog", { name: `${name}’s emergency access to ${customer}` });
  await detail.getByText(/^A review is due/).waitFor();
  await looksRight(page);
  assert.equal(await detail.getByRole("button", { name: "Review…" }).getAttribute("aria-disabled"), "true");

  // An analyst had no part in it.
  const analyst = await platform.signIn("security_analyst", home);
  const looks = analyst.page;
  await looks.getByRole("link", { name: "1 emergency access waits for a review" }).click();
  await looks.getByRole("table", { name: "Emergency access" }).getByRole("row").filter({ hasText: "Awaiting review" }).getByRole("button").first().click();
  await looks.getByRole("button", { name: "Review…" }).click();
  const review = looks.getByRole("dialog", { name: /^Review .* emergency access$/ });
  await choose(looks, review, "What did you find?", /^Justified/);
  await review.getByLabel("In words").fill("The recording shows the repair of the database and nothing else.");
  await looksRight(looks);
  await wide(looks);
  await review.getByRole("button", { name: "Save the review" }).click();
  await review.waitFor({ state: "detached" });
  await looks.getByText(/^Justified, says/).waitFor();
  await looksRight(looks);
  assert.deepEqual([...manager.refused, ...admin.refused, ...analyst.refused], []);
  for (const { context } of [manager, admin, analyst]) await context.close();
});

test("a review that is overdue is told everywhere, and stands in the way of the next emergency there", async () => {
  const [name, other, customer] = ["Aiko Tanaka", "Tomás Herrera", "Halden Hospital"];
  const manager = await platform.signIn("account_manager");
  const { page } = manager;
  const started = async (technician) => {
    const { items } = await page.evaluate(async () => (await (await fetch("/api/access-management/emergency?status=active")).json()).data);
    return items.find(({ technicianName }) => technicianName === technician);
  };
  const go = async (technician) => {
    await page.goto(`${url}/emergency`);
    await page.getByRole("button", { name: "Start emergency access" }).click();
    const start = page.getByRole("dialog", { name: "Start emergency access" });
    await choose(page, start, "Technician", technician);
    await choose(page, start, "Customer", customer);
    await start.getByLabel("What happened?").fill(REASON);
    await start.getByRole("button", { name: "Start emergency access" }).click();
    return start;
  };
  await (await go(name)).waitFor({ state: "detached" });
  const late = await started(name);
  await ask(manager, `/api/access-management/emergency/${late.id}/end`, { reason: "The shop is up again" });
  // A day goes by, and nobody looks into it.
  platform.sql(`UPDATE emergency_accesses SET started_at = now() - interval '27 hours', ends_at = now() - interval '26 hours', ended_at = now() - interval '26 hours' WHERE id = '${late.id}'`);

  await page.reload();
  const row = page.getByRole("table", { name: "Emergency access" }).getByRole("row").filter({ hasText: name });
  await row.getByText("Review overdue").waitFor();
  await row.getByText(/^Was due/).waitFor();
  await looksRight(page);
  await wide(page);
  const start = await go(other);
  const words = start.getByRole("alert");
  await words.getByText(`The emergency access of ${name} at ${customer} has no review yet.`, { exact: false }).waitFor();
  await looksRight(page);
  await wide(page);
  await words.getByRole("link", { name: `Show what ${name} had at ${customer}` }).click();
  await page.getByRole("dialog", { name: `${name}’s emergency access to ${customer}` }).getByText(`nobody gets emergency access to ${customer}`, { exact: false }).waitFor();
  await looksRight(page);
  await wide(page);

  // Who reviews is told on every page, and once it is done the way is free.
  const analyst = await platform.signIn("security_analyst");
  await analyst.page.getByRole("link", { name: "1 emergency access waits for a review, overdue" }).click();
  await analyst.page.getByRole("table", { name: "Emergency access" }).getByText("Review overdue").waitFor();
  const review = (id) => ask(analyst, `/api/access-management/emergency/${id}/review`, { verdict: "justified", words: "The recording shows the repair and nothing else." });
  assert.equal((await review(late.id)).status, "reviewed");
  await (await go(other)).waitFor({ state: "detached" });
  const next = await started(other);
  await ask(manager, `/api/access-management/emergency/${next.id}/end`, { reason: "It is over" });
  assert.equal((await review(next.id)).status, "reviewed");
  assert.deepEqual([...manager.refused, ...analyst.refused], []);
  for (const { context } of [manager, analyst]) await context.close();
});

test("a technician starts their own where they hold access, and it waits for its review", async () => {
  const technician = await platform.signIn("technician");
  const { page, person } = technician;
  await page.goto(`${url}/emergency`);
  await page.getByRole("button", { name: "Start emergency access" }).click();
  const start = page.getByRole("dialog", { name: "Start emergency access" });
  await start.getByLabel("Customer").click();
  await page.getByRole("option").first().click();
  await start.getByLabel("What happened?").fill(REASON);
  await start.getByRole("button", { name: "Start emergency access" }).click();
  await start.waitFor({ state: "detached" });
  const list = await page.evaluate(async () => (await (await fetch("/api/access-management/emergency?status=active")).json()).data.items);
  assert.equal(list.length, 1);
  assert.equal(list[0].technicianName, person.displayName);

  // Whoever changes its grant finds its level and times out of reach, with the reason, and the rest as ever.
  const manager = await platform.signIn("account_manager");
  const { items } = await manager.page.evaluate(async () => (await (await fetch("/api/technician-access?status=active&accessLevel=emergency")).json()).data);
  await manager.page.goto(`${url}/grants?open=${items.find(({ technicianName }) => technicianName === person.displayName).id}`);
  await manager.page.getByRole("button", { name: "Change", exact: true }).click();
  const change = manager.page.getByRole("dialog", { name: `Change ${person.displayName}’s access to ${list[0].customerOrgName}` });
  await change.getByText("The level and the times of emergency access stay as everybody was told.", { exact: false }).waitFor();
  for (const label of ["Level", "Starts", "Ends"]) assert.ok(await change.getByLabel(label, { exact: true }).isDisabled(), label);
  await looksRight(manager.page);
  await wide(manager.page);
  await change.getByLabel("Notes for the technician").fill("Ask the night shift first");
  await change.getByRole("button", { name: "Save" }).click();
  await change.waitFor({ state: "detached" });
  assert.deepEqual(manager.refused, []);
  await manager.context.close();
  await ask(technician, `/api/access-management/emergency/${list[0].id}/end`, { reason: "It is over" });
  await page.reload();
  await page.getByRole("table", { name: "Emergency access" }).getByText("Awaiting review").waitFor();
  await looksRight(page);
  await technician.context.close();
});

test("a customer has itself asked about access, and another key signs the log while the old one still verifies", async () => {
  const customer = platform.demo.users.find(({ role }) => role === "admin").organization;
  const admin = await platform.signIn("admin", customer);
  const own = admin.page;
  await own.goto(`${url}/organization`);
  const rule = own.getByRole("switch", { name: "The customer approves too" });
  await rule.click();
  await own.getByRole("dialog").getByRole("button", { name: "Ask the customer too" }).click();
  await own.getByRole("dialog").waitFor({ state: "detached" });
  await own.getByText("both have to approve", { exact: false }).waitFor();
  assert.ok(await rule.isChecked());
  await looksRight(own);

  const boss = await platform.signIn("super_admin");
  const { page } = boss;
  await page.goto(`${url}/audit/verify`);
  const keys = page.getByRole("list", { name: "Keys of checkpoints" }).getByRole("listitem");
  await keys.first().waitFor();
  const before = await keys.count();
  await page.getByRole("button", { name: "Rotate key…" }).click();
  const rotate = page.getByRole("dialog", { name: "Have another key sign?" });
  await rotate.getByLabel("Why?").fill("Once a year");
  await noViolations(page);
  await rotate.getByRole("button", { name: "Rotate key" }).click();
  await rotate.waitFor({ state: "detached" });
  await page.getByText(/^Signed until/).first().waitFor();
  assert.equal(await keys.count(), before + 1);
  const command = await page.locator("code", { hasText: "verify-bundle" }).first().innerText();
  assert.equal(command.split(" --key ").length - 1, before + 1);
  await looksRight(page);
  assert.deepEqual([...admin.refused, ...boss.refused], []);
  for (const { context } of [admin, boss]) await context.close();
});
