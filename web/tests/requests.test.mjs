// A technician asks for access, and others decide: of exactly what they saw.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, askForStepUp, looksRight, noViolations, startPlatform } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

const wide = (page) => page.setViewportSize({ width: 1440, height: 900 });

/** Opens the one request that waits; until the list is here, its rows are nothing to open. */
async function openOnly(page) {
  const rows = page.getByRole("table", { name: "Requests for access" }).getByRole("row");
  await rows.filter({ hasText: "Waiting" }).getByRole("button").first().click();
}

test("a request is asked, changed under the eyes of whoever decides, and granted as it was seen", async () => {
  const technician = await platform.signIn("technician");
  const own = technician.page;
  await own.goto(`${url}/requests`);
  await own.getByText("You asked for nothing yet").waitFor();
  await looksRight(own);
  await wide(own);
  await own.getByRole("button", { name: "Ask for access" }).first().click();
  const ask = own.getByRole("dialog", { name: "Ask for access" });
  await ask.getByLabel("Customer").fill("No such customer");
  await ask.getByLabel("Why do you need it?").fill("Swap the disk of db-01");
  await ask.getByLabel("Level").click();
  await own.getByRole("option", { name: /^Read only/ }).click();
  await looksRight(own);
  await wide(own);
  await ask.getByRole("button", { name: "Ask for access" }).click();
  await ask.getByRole("alert").waitFor();
  const customer = platform.demo.users.find(({ role }) => role === "admin").organization;
  await ask.getByLabel("Customer").fill(customer.toUpperCase());
  await ask.getByRole("button", { name: "Ask for access" }).click();
  await ask.waitFor({ state: "detached" });
  await own.getByRole("table", { name: "Requests for access" }).getByText("Waiting").waitFor();

  const manager = await platform.signIn("account_manager");
  const { page } = manager;
  await page.getByRole("link", { name: "1 request for access waits for a decision" }).click();
  await openOnly(page);
  await page.getByText(/^Waits for the provider/).waitFor();
  await looksRight(page);
  await wide(page);
  await page.getByRole("button", { name: "Approve…" }).click();
  const approve = page.getByRole("dialog", { name: /^Approve .* request\?$/ });
  await approve.getByText("Swap the disk of db-01").waitFor();
  await noViolations(page);

  // Meanwhile the technician changes it: what was seen is not approved.
  await openOnly(own);
  await own.getByRole("button", { name: "Change" }).click();
  const change = own.getByRole("dialog", { name: /^Change your request/ });
  await change.getByLabel("Why do you need it?").fill("Swap both disks of db-01");
  await change.getByRole("button", { name: "Save" }).click();
  await change.waitFor({ state: "detached" });
  await askForStepUp(page, "POST", "**/api/access-management/requests/*/approve");
  await approve.getByRole("button", { name: "Approve" }).click();
  const confirm = page.getByRole("dialog", { name: "Confirm that it is you" });
  await confirm.getByRole("button", { name: "Cancel" }).click();
  await approve.getByText("The request was changed since you opened it.").waitFor();
  await approve.getByText("Swap both disks of db-01").waitFor();
  await looksRight(page);
  await wide(page);
  await approve.getByRole("button", { name: "I have seen the new terms" }).click();
  await approve.getByRole("button", { name: "Approve" }).click();
  await approve.waitFor({ state: "detached" });
  await page.getByText(/has access to/).first().waitFor();
  // Behind the open drawer the page is out of reach.
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("link", { name: "Nothing waits for your decision" }).waitFor();
  await own.goto(`${url}/requests`);
  await own.getByRole("table", { name: "Requests for access" }).getByText("Granted").waitFor();
  assert.deepEqual([...technician.refused, ...manager.refused], []);
  await technician.context.close();
  await manager.context.close();
});

test("a customer that is asked too approves and refuses by itself, and a technician takes a wish back", async () => {
  const customer = "Halden Hospital";
  const admin = await platform.signIn("admin", customer);
  const theirs = admin.page;
  await theirs.goto(`${url}/organization`);
  await theirs.getByRole("switch", { name: "The customer approves too" }).click();
  await theirs.getByRole("dialog").getByRole("button", { name: "Ask the customer too" }).click();
  await theirs.getByText("both have to approve", { exact: false }).waitFor();

  const technician = await platform.signIn("technician");
  const manager = await platform.signIn("account_manager");
  const name = technician.person.displayName;
  const wish = (accessLevel, reason) => ask(technician, "/api/access-management/requests", { customer, accessLevel, reason });
  const rows = (page) => page.getByRole("table", { name: "Requests for access" }).getByRole("row");

  // The provider's yes alone grants nothing.
  const wanted = await wish("read_only", "Look at the alarms of the theatre wing");
  await manager.page.goto(`${url}/requests`);
  await openOnly(manager.page);
  await manager.page.getByText("Waits for the provider and the customer", { exact: false }).waitFor();
  await manager.page.getByRole("button", { name: "Approve…" }).click();
  const approving = manager.page.getByRole("dialog", { name: `Approve ${name}’s request?` });
  await approving.getByRole("button", { name: "Approve" }).click();
  await approving.waitFor({ state: "detached" });
  await manager.page.getByText("Waits for the customer.", { exact: false }).first().waitFor();
  const access = () => technician.page.evaluate(async () => (await (await fetch("/api/technician-access?limit=200")).json()).data.items);
  assert.ok((await access()).every(({ customerOrgName }) => customerOrgName !== customer));

  await theirs.goto(`${url}/requests`);
  await openOnly(theirs);
  await theirs.getByRole("region", { name: "Approvals" }).getByText("for the provider", { exact: false }).waitFor();
  await looksRight(theirs);
  await wide(theirs);
  await theirs.getByRole("button", { name: "Approve…" }).click();
  const approve = theirs.getByRole("dialog", { name: `Approve ${name}’s request?` });
  await approve.getByText("Look at the alarms of the theatre wing").waitFor();
  await noViolations(theirs);
  await approve.getByRole("button", { name: "Approve" }).click();
  await approve.waitFor({ state: "detached" });
  await theirs.getByRole("status").filter({ hasText: `${name} has access to ${customer}.` }).waitFor();
  const granted = await access();
  assert.deepEqual(granted.filter(({ customerOrgName }) => customerOrgName === customer).map(({ accessLevel, status }) => [accessLevel, status]), [["read_only", "active"]]);
  await theirs.goto(`${url}/requests?show=all&open=${wanted.id}`);
  await theirs.getByRole("region", { name: "Approvals" }).getByText("for the customer", { exact: false }).waitFor();
  assert.equal(await theirs.getByRole("button", { name: "Approve…" }).count(), 0);

  // Its no is enough, whatever the provider would have said.
  await wish("full_access", "Replace the pump controller");
  await theirs.goto(`${url}/requests`);
  await openOnly(theirs);
  await theirs.getByRole("button", { name: "Refuse…" }).click();
  const refuse = theirs.getByRole("dialog", { name: `Refuse ${name}’s request?` });
  assert.ok(await refuse.getByRole("button", { name: "Refuse" }).isDisabled());
  await refuse.getByLabel("Why not?").fill("Not in the week of the inspection");
  await noViolations(theirs);
  await refuse.getByRole("button", { name: "Refuse" }).click();
  await refuse.waitFor({ state: "detached" });
  await theirs.getByText(/^Refused .* by .*: Not in the week of the inspection$/).waitFor();
  const own = technician.page;
  await own.goto(`${url}/requests`);
  await rows(own).filter({ hasText: "Refused" }).getByRole("button").first().click();
  await own.getByText("Not in the week of the inspection", { exact: false }).waitFor();
  await looksRight(own);
  await wide(own);

  // Asked again, and taken back before anybody decides: nobody can any more.
  await wish("full_access", "Replace the pump controller, after the inspection");
  await own.goto(`${url}/requests`);
  await openOnly(own);
  await manager.page.goto(`${url}/requests`);
  await openOnly(manager.page);
  await own.getByRole("button", { name: "Withdraw" }).click();
  const withdraw = own.getByRole("dialog", { name: "Withdraw the request?" });
  await noViolations(own);
  await withdraw.getByRole("button", { name: "Withdraw" }).click();
  await withdraw.waitFor({ state: "detached" });
  await own.getByRole("dialog").getByText("Withdrawn", { exact: true }).waitFor();
  assert.equal(await own.getByRole("dialog").getByRole("button", { name: "Withdraw" }).count(), 0);
  // Who had it open is told at once, without a reload.
  await manager.page.getByRole("dialog").getByText("Withdrawn", { exact: true }).waitFor();
  await rows(manager.page).filter({ hasText: "Waiting" }).waitFor({ state: "detached" });
  assert.deepEqual([...admin.refused, ...technician.refused, ...manager.refused], []);
  for (const { context } of [admin, technician, manager]) await context.close();
});
