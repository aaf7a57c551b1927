// What nobody uses is proposed to be revoked by an account manager, and decided by a super admin after a look at how it stands.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, looksRight, noViolations, startPlatform } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

const wide = (page) => page.setViewportSize({ width: 1440, height: 900 });
const unusedOf = (page) => page.evaluate(async () => (await (await fetch("/api/access-management/unused?days=30&limit=200")).json()).data.items);
const tableOf = (page) => page.getByRole("table", { name: "Proposals to revoke" });
const nameOf = ({ technicianName, customerOrgName }) => `${technicianName} at ${customerOrgName}`;

/** Some access that was given long ago, and that nobody came in by. */
async function unused(manager) {
  const read = (path) => manager.page.evaluate(async (path) => (await (await fetch(path)).json()).data.items, path);
  const [technicians, customers] = [await read("/api/users?role=technician&limit=50"), await read("/api/organizations?type=customer&limit=50")];
  for (const { id } of customers.slice(0, 2)) {
    await ask(manager, "/api/access-management/assign", { cells: technicians.slice(0, 2).map((each) => ({ technicianId: each.id, customerOrgId: id })), terms: { accessLevel: "read_only" }, reason: "A look at the alarms" });
  }
  platform.sql("UPDATE technician_customer_access SET granted_at = now() - interval '70 days', starts_at = now() - interval '70 days' WHERE access_level = 'read_only' AND revoked_at IS NULL");
  return (await unusedOf(manager.page)).filter(({ accessLevel }) => accessLevel === "read_only");
}

test("what is proposed waits for a super admin, who revokes what is still unused and takes it back", async () => {
  const manager = await platform.signIn("account_manager");
  const { page } = manager;
  const [one, other] = await unused(manager);
  await page.goto(`${url}/grants/proposals`);
  await page.getByText("Nothing was proposed yet").waitFor();
  await looksRight(page);
  await wide(page);
  await page.getByRole("link", { name: "Show unused access" }).click();
  const propose = page.getByRole("button", { name: "Propose to revoke…" });
  // Whoever revokes one at a time finds no button for many, and reads first what to do.
  assert.equal(await page.getByRole("button", { name: "Revoke selected…" }).count(), 0);
  await propose.hover();
  await page.getByRole("tooltip", { name: "Select what nobody needs any more." }).waitFor();
  for (const grant of [one, other]) await page.getByRole("checkbox", { name: `Select ${nameOf(grant)}` }).check();
  await page.getByRole("status").filter({ hasText: "2 grants selected" }).waitFor();
  await propose.click();
  const dialog = page.getByRole("dialog", { name: "Propose to revoke 2 grants?" });
  assert.equal(await dialog.getByLabel("Reason").inputValue(), "Not used for 30 days.");
  await dialog.getByLabel("Reason").fill("The project is over, and nobody came in for two months");
  await looksRight(page);
  await wide(page);
  await dialog.getByRole("button", { name: "Propose" }).click();
  await dialog.waitFor({ state: "detached" });
  const chip = page.getByRole("link", { name: `Proposed to be revoked: ${nameOf(one)}. Open the proposal` });
  await chip.waitFor();
  assert.ok(await page.getByRole("checkbox", { name: `Select ${nameOf(one)}` }).isDisabled());
  await looksRight(page);
  await wide(page);
  await chip.click();
  const drawer = page.getByRole("dialog", { name: /proposes to revoke 2 grants$/ });
  await drawer.getByText("All 2 are still unused.", { exact: false }).waitFor();
  assert.equal(await drawer.getByRole("button", { name: "Approve…" }).count(), 0);
  await looksRight(page);
  await wide(page);

  // Meanwhile somebody comes in by one of them.
  platform.sql(`UPDATE technician_customer_access SET use_count = use_count + 1, last_used_at = now() WHERE id = '${other.id}'`);
  const boss = await platform.signIn("super_admin");
  const decides = boss.page;
  await decides.getByRole("link", { name: "1 proposal to revoke waits for a decision" }).click();
  await tableOf(decides).getByRole("row").filter({ hasText: "Waiting" }).getByRole("button").first().click();
  const detail = decides.getByRole("dialog", { name: /proposes to revoke 2 grants$/ });
  await detail.getByText("1 of 2 are still unused. An approval keeps the other.", { exact: false }).waitFor();
  await detail.getByRole("list", { name: "Grants of the proposal" }).getByText("Used since").waitFor();
  await looksRight(decides);
  await wide(decides);
  await detail.getByRole("button", { name: "Approve…" }).click();
  const approve = decides.getByRole("dialog", { name: /^Approve .* proposal\?$/ });
  await noViolations(decides);
  await approve.getByRole("button", { name: "Preview" }).click();
  const table = approve.getByRole("table", { name: "Changes" });
  await table.getByRole("row").filter({ hasText: one.technicianName }).filter({ hasText: "Revoked" }).waitFor();
  await table.getByRole("row").filter({ hasText: other.technicianName }).filter({ hasText: "It was used since" }).waitFor();
  await looksRight(decides);
  await wide(decides);
  assert.ok(await approve.getByRole("button", { name: "Approve and revoke" }).isDisabled());
  await approve.getByLabel("Type “revoke 1” to confirm").fill("revoke 1");
  await approve.getByRole("button", { name: "Approve and revoke" }).click();
  await approve.waitFor({ state: "detached" });
  await decides.getByText("1 revoked, 1 left as it is.").waitFor();
  await decides.getByRole("button", { name: "Undo" }).click();
  await decides.getByText("Undone.", { exact: false }).waitFor();
  await detail.getByText(/^Approved .* by /).waitFor();
  await looksRight(decides);
  await decides.keyboard.press("Escape");
  await decides.getByRole("link", { name: /proposal.* to revoke/ }).waitFor({ state: "detached" });
  // Who proposed it is told at once, with the detail still open.
  await drawer.getByText(/^Approved .* by /).waitFor();
  assert.equal(await drawer.getByRole("button", { name: "Withdraw…" }).count(), 0);
  assert.deepEqual([...manager.refused, ...boss.refused], []);
  for (const { context } of [manager, boss]) await context.close();
});

test("a proposal is refused with a reason, or withdrawn, and its grants can be proposed again", async () => {
  const manager = await platform.signIn("account_manager");
  const boss = await platform.signIn("super_admin");
  const { page } = manager;
  const grant = (await unusedOf(page)).find(({ proposalId }) => proposalId == null);
  const wish = () => ask(manager, "/api/access-management/proposals", { grantIds: [grant.id], reason: "Not used for 30 days." });
  const first = await wish();
  await boss.page.goto(`${url}/grants/proposals?open=${first.id}`);
  await boss.page.getByRole("button", { name: "Refuse…" }).click();
  const refuse = boss.page.getByRole("dialog", { name: /^Refuse .* proposal\?$/ });
  assert.ok(await refuse.getByRole("button", { name: "Refuse" }).isDisabled());
  await refuse.getByLabel("Why not?").fill("The audit of the year is next week");
  await noViolations(boss.page);
  await refuse.getByRole("button", { name: "Refuse" }).click();
  await refuse.waitFor({ state: "detached" });
  await boss.page.getByText(/^Refused .* by .*: The audit of the year is next week$/).waitFor();

  const second = await wish();
  await page.goto(`${url}/grants/proposals?open=${second.id}`);
  await page.getByRole("button", { name: "Withdraw…" }).click();
  const withdraw = page.getByRole("dialog", { name: "Withdraw the proposal?" });
  await noViolations(page);
  await withdraw.getByRole("button", { name: "Withdraw" }).click();
  await withdraw.waitFor({ state: "detached" });
  await page.getByRole("dialog").getByText("Withdrawn", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await tableOf(page).getByText("Refused").waitFor();
  await page.getByRole("button", { name: "Status" }).click();
  await page.getByRole("menuitem", { name: "Withdrawn" }).click();
  await tableOf(page).getByText("Refused").waitFor({ state: "detached" });
  await looksRight(page);
  await wide(page);

  // A super admin has both ways, also for what stands in a proposal.
  await wish();
  await boss.page.goto(`${url}/grants/unused`);
  await boss.page.getByRole("checkbox", { name: `Select ${nameOf(grant)}` }).check();
  await boss.page.getByRole("button", { name: "Propose to revoke…" }).hover();
  await boss.page.getByRole("tooltip", { name: "It stands in a proposal already." }).waitFor();
  await boss.page.getByRole("button", { name: "Revoke selected…" }).click();
  await boss.page.getByRole("dialog", { name: "Revoke 1 grant?" }).getByRole("button", { name: "Cancel" }).click();
  await looksRight(boss.page);
  assert.deepEqual([...manager.refused, ...boss.refused], []);
  for (const { context } of [manager, boss]) await context.close();
});
