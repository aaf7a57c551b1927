// Access in a real browser: the matrix by mouse and by keyboard, changes that are looked at and taken back, another day, handing
// over, what nobody uses, and what a customer sees of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ask, askForStepUp, looksRight, noViolations, startPlatform, tabTo } from "./platform.mjs";

const TECHNICIAN = "Tomás Herrera";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

const gridOf = (page) => page.getByRole("grid", { name: "Technicians’ access to customers" });
const cellOf = (page, technician, customer) => page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: technician }) }).getByRole("gridcell", { name: customer });
const cellAt = (page, row, col) => page.locator(`[data-cell-row="${row}"] [data-cell-col="${col}"]`);

async function openMatrix(page) {
  await page.goto(`${url}/grants/matrix`);
  await gridOf(page).waitFor();
  await cellOf(page, TECHNICIAN, "Kestrel Bank").waitFor();
}

test("a block of cells gets terms by the keyboard alone, after a look at what changes, and is taken back", async () => {
  const { page, context, refused } = await platform.signIn("super_admin");
  await page.getByRole("navigation", { name: "Main", exact: true }).getByRole("link", { name: "Access" }).click();
  await cellOf(page, TECHNICIAN, "Kestrel Bank").waitFor();
  await noViolations(page);

  const grid = gridOf(page);
  await grid.focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Shift+ArrowDown");
  await page.getByText("2 technicians × 1 customer").waitFor();
  assert.equal(await page.locator("[role=gridcell][aria-selected=true]").count(), 2);
  const before = await page.getByRole("gridcell", { name: /: Emergency/ }).count();
  await page.keyboard.press("Enter");

  const dialog = page.getByRole("dialog", { name: "Set terms of 2 cells" });
  await dialog.getByLabel("Level").click();
  await page.getByRole("option", { name: /^Emergency/ }).click();
  await dialog.getByLabel("Reason").fill("A burst main in the north");
  await noViolations(page);
  await askForStepUp(page, "POST", "**/api/access-management/assign");
  await dialog.getByRole("button", { name: "Preview" }).click();
  const confirm = page.getByRole("dialog", { name: "Confirm that it is you" });
  await confirm.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Preview" }).click();
  await dialog.getByRole("table", { name: "Changes" }).waitFor();
  assert.equal(await dialog.getByRole("row").count(), 3);
  await dialog.getByText("2 grants added", { exact: false }).waitFor();
  await noViolations(page);
  assert.equal(await page.getByRole("gridcell", { name: /: Emergency/, includeHidden: true }).count(), before, "a preview changes nothing");

  await dialog.getByRole("button", { name: "Set terms" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.waitForFunction((count) => document.querySelectorAll("[role=gridcell][aria-label*=Emergency]").length >= count, before + 2);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText("Undone.", { exact: false }).waitFor();
  await page.waitForFunction((count) => document.querySelectorAll("[role=gridcell][aria-label*=Emergency]").length === count, before);
  assert.deepEqual(refused, []);
  await context.close();
});

test("the mouse selects a block and copies a cell's terms along its row; a narrow window has a list", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  await openMatrix(page);
  const middle = async (cell) => {
    const { x, y, width, height } = await cell.boundingBox();
    return [x + width / 2, y + height / 2];
  };
  await page.mouse.move(...(await middle(cellAt(page, 0, 0))));
  await page.mouse.down();
  await page.mouse.move(...(await middle(cellAt(page, 1, 2))), { steps: 6 });
  await page.mouse.up();
  await page.getByText("2 technicians × 3 customers").waitFor();
  // Whoever is no super admin reads why not.
  await page.getByRole("button", { name: "Revoke…" }).hover();
  await page.getByRole("tooltip", { name: /Only a super admin/ }).waitFor();
  await page.getByRole("rowheader", { name: TECHNICIAN }).click();
  await page.getByText(/^1 technician × /).waitFor();

  await cellOf(page, TECHNICIAN, "Kestrel Bank").click();
  const id = await page.locator("[data-active]").getAttribute("id");
  const [, row, col] = id.split("-").map(Number);
  const to = cellAt(page, row, col === 0 ? 1 : col - 1);
  await page.mouse.move(...(await middle(page.locator("[data-handle]"))));
  await page.mouse.down();
  await page.mouse.move(...(await middle(to)), { steps: 6 });
  await page.mouse.up();
  const dialog = page.getByRole("dialog", { name: "Copy terms to 1 cell" });
  await dialog.getByText(`The terms of ${TECHNICIAN} at Kestrel Bank`, { exact: false }).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("list", { name: "Technicians" }).getByText(TECHNICIAN).waitFor();
  await looksRight(page);
  assert.deepEqual(refused, []);
  await context.close();
});

test("what is typed into a dialog stays when the window becomes narrow, and wide again", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  await openMatrix(page);
  const sizes = [{ width: 390, height: 844 }, { width: 1440, height: 900 }];
  const keeps = async (field, typed) => {
    for (const size of sizes) {
      await page.setViewportSize(size);
      await page.getByRole(size.width === 390 ? "list" : "grid", { name: /^Technicians/, includeHidden: true }).waitFor({ state: "attached" });
      assert.equal(await field.inputValue(), typed);
    }
  };
  await cellOf(page, TECHNICIAN, "Kestrel Bank").click();
  await page.getByRole("button", { name: "Set terms…" }).click();
  const terms = page.getByRole("dialog", { name: "Set terms of 1 cell" });
  await terms.getByLabel("Reason").fill("The yearly audit");
  await keeps(terms.getByLabel("Reason"), "The yearly audit");
  await terms.getByRole("button", { name: "Cancel" }).click();
  await terms.waitFor({ state: "detached" });
  // Also within the detail of a grant.
  await gridOf(page).press("Enter");
  await page.getByRole("dialog", { name: TECHNICIAN }).getByRole("button", { name: "Change" }).click();
  const change = page.getByRole("dialog", { name: new RegExp(`^Change ${TECHNICIAN}’s access`) });
  await change.getByLabel("Notes for the technician").fill("Ask the night shift first");
  await keeps(change.getByLabel("Notes for the technician"), "Ask the night shift first");
  await looksRight(page);
  assert.deepEqual(refused, []);
  await context.close();
});

test("the matrix of another day is for reading only and tells what differs from today", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  await openMatrix(page);
  await page.getByRole("slider", { name: "Days back in time" }).focus();
  await page.keyboard.press("ArrowLeft");
  // The demonstration began today: yesterday there was nobody, and all that stands today differs.
  await page.getByText(/differ(s)? from today/).waitFor();
  await page.getByText(/There was no (technician|customer) on that day/).waitFor();
  assert.equal(await page.getByRole("button", { name: "Set terms…" }).count(), 0);
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: "Show what differs" }).click();
  await page.getByRole("list", { name: "Differences" }).getByText(TECHNICIAN).first().waitFor();
  await noViolations(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Back to now" }).click();
  await cellOf(page, TECHNICIAN, /Kestrel Bank: (Full access|Read only)/).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});

test("a technician's access is handed over from their page, per customer kept or not, and handed back", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  await page.goto(`${url}/users`);
  await page.getByRole("button", { name: TECHNICIAN }).click();
  const part = page.getByRole("region", { name: "Access" });
  await part.getByText("Kestrel Bank").waitFor();
  await part.getByRole("button", { name: "Hand over…" }).click();
  const dialog = page.getByRole("dialog", { name: "Hand over access" });
  await dialog.getByLabel("To", { exact: true }).click();
  await page.getByRole("option").first().click();
  await dialog.getByRole("checkbox", { name: "Keep the old access to Kestrel Bank" }).check();
  await dialog.getByLabel("Reason").fill("Parental leave");
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await dialog.getByRole("button", { name: "Preview" }).click();
  const table = dialog.getByRole("table", { name: "Changes" });
  await table.getByText("Kept").first().waitFor();
  await noViolations(page);
  await dialog.getByRole("button", { name: "Hand over", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  // The drawer has the page for itself: what can be taken back is within it, for the Tab key and for who listens.
  const drawer = page.getByRole("dialog", { name: TECHNICIAN });
  const undo = drawer.getByRole("button", { name: "Undo" });
  await undo.waitFor();
  await tabTo(page, undo);
  await noViolations(page);
  await page.keyboard.press("Enter");
  await drawer.getByRole("status").filter({ hasText: "Undone." }).waitFor();
  // Without the drawer it stands on the page again.
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await page.getByRole("status").filter({ hasText: "Undone." }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});

test("numbers open their rows, unused access is listed, and each change stands in the history", async () => {
  const { page, context, refused } = await platform.signIn("super_admin");
  await page.goto(`${url}/grants`);
  const numbers = page.getByRole("region", { name: "Access in numbers" });
  await numbers.getByRole("link", { name: /Active/ }).waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await numbers.getByRole("link", { name: /Unused/ }).click();
  await page.getByRole("group", { name: "Unused for" }).getByRole("button", { name: "90 days" }).click();
  await page.getByText("No access has been unused for 90 days").waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("link", { name: "History", exact: true }).click();
  const history = page.getByRole("table", { name: "History of access" });
  await history.getByText("Granted").first().waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await history.getByRole("button").first().click();
  await page.getByRole("dialog").getByText("Before").waitFor();
  await noViolations(page);
  assert.deepEqual(refused, []);
  await context.close();
});

test("a super admin revokes a selection in the grid by the typed word, and the customer reads who may come in", async () => {
  const admin = await platform.signIn("super_admin");
  await openMatrix(admin.page);
  const technicians = await admin.page.evaluate(async () => (await (await fetch("/api/technician-access?status=active&limit=50")).json()).data.items);
  const grant = technicians.find(({ customerOrgName }) => customerOrgName !== "Kestrel Bank");
  await cellOf(admin.page, grant.technicianName, grant.customerOrgName).click();
  await gridOf(admin.page).press("Delete");
  const dialog = admin.page.getByRole("dialog", { name: "Revoke 1 grant?" });
  await dialog.getByLabel("Reason").fill("The contract has ended");
  await dialog.getByRole("button", { name: "Preview" }).click();
  const act = dialog.getByRole("button", { name: "Revoke access" });
  await act.waitFor();
  assert.ok(await act.isDisabled());
  await dialog.getByLabel("Type “revoke 1” to confirm").fill("revoke 1");
  await noViolations(admin.page);
  await act.click();
  await admin.page.getByText("1 revoked.").waitFor();
  await cellOf(admin.page, grant.technicianName, `${grant.customerOrgName}: No access`).waitFor();
  assert.deepEqual(admin.refused, []);
  await admin.context.close();

  const customer = await platform.signIn("admin", "Kestrel Bank");
  await customer.page.goto(`${url}/access`);
  await customer.page.getByRole("list", { name: "Technicians with access" }).getByText(TECHNICIAN).waitFor();
  await customer.page.getByRole("table", { name: "History of access" }).getByText("Granted").first().waitFor();
  await looksRight(customer.page);
  // Another customer's is not there for them.
  const other = platform.demo.organizations.find(({ name }) => name === grant.customerOrgName);
  assert.equal((await customer.page.evaluate(async (id) => (await fetch(`/api/access-management/history?organizationId=${id}`)).status, other.id)), 404);
  assert.equal(await ask(customer, "/api/access-management/bulk-revoke", { reason: "none of theirs", grantIds: [grant.id] }), undefined);
  assert.deepEqual(customer.refused, []);
  await customer.context.close();
});

test("access is bound to hours by the keyboard, told in words, and whoever comes outside of them reads when it opens", async () => {
  const manager = await platform.signIn("account_manager");
  const { page } = manager;
  await page.goto(`${url}/grants`);
  const items = await page.evaluate(async () => (await (await fetch("/api/technician-access?status=active&limit=50")).json()).data.items);
  const grant = items.find(({ technicianName, customerOrgName }) => technicianName === TECHNICIAN && customerOrgName === "Kestrel Bank");
  await page.goto(`${url}/grants?open=${grant.id}`);
  const drawer = page.getByRole("dialog", { name: TECHNICIAN });
  await drawer.getByText("Any time").waitFor();
  await drawer.getByRole("button", { name: "Change" }).click();
  const dialog = page.getByRole("dialog", { name: `Change ${TECHNICIAN}’s access to Kestrel Bank` });
  await dialog.getByLabel("Hours", { exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");

  // Three days from now, and no other: it is closed whenever this runs.
  const day = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(Date.now() + 3 * 86_400_000);
  const first = dialog.getByRole("group", { name: "Times 1", exact: true });
  for (const name of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]) {
    await first.getByRole("button", { name }).focus();
    await page.keyboard.press("Space");
  }
  await first.getByLabel("From, times 1").fill("730");
  await first.getByLabel("To, times 1").fill("25:00");
  await dialog.getByLabel("Time zone").fill("UTC");
  await dialog.getByRole("button", { name: "Save" }).click();
  await first.getByText("name at least one day").waitFor();
  await first.getByRole("button", { name: day }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await first.getByText(/it must be a time like 18:00/).waitFor();
  await first.getByLabel("To, times 1").fill("16");
  await dialog.getByRole("button", { name: "Add times" }).click();
  const second = dialog.getByRole("group", { name: "Times 2", exact: true });
  await second.getByRole("button", { name: day }).click();
  await second.getByLabel("From, times 2").fill("22:00");
  await second.getByLabel("To, times 2").fill("02:00");
  await second.getByText("Until the next day.").waitFor();
  await looksRight(page);
  await second.getByRole("button", { name: "Remove times 2" }).click();
  await second.waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });
  const words = `${day.slice(0, 3)} 07:30–16:00, UTC`;
  await drawer.getByText(`Closed now. Holds ${words}; opens`, { exact: false }).waitFor();
  await drawer.getByText(`Any time → ${words}`, { exact: false }).first().waitFor();
  await looksRight(page);
  await drawer.getByText(`opens ${day.slice(0, 3)} 07:30, UTC`).waitFor();
  await page.keyboard.press("Escape");
  const row = page.getByRole("row").filter({ hasText: TECHNICIAN }).filter({ hasText: "Kestrel Bank" });
  await row.getByText("Active, closed now").waitFor();
  await row.getByText(`opens ${day.slice(0, 3)} 07:30, UTC`).waitFor();
  await looksRight(page);
  await openMatrix(page);
  const cell = cellOf(page, TECHNICIAN, new RegExp(`^Kestrel Bank: Full access, closed now, .*${words}`));
  await cell.locator("[data-closed]").waitFor();
  await looksRight(page);
  // So it is on a day of the past, whose end lies beside these hours. The demonstration began today: it is moved back.
  platform.sql(`SET session_replication_role = replica;
    UPDATE users SET created_at = created_at - interval '9 days';
    UPDATE organizations SET created_at = created_at - interval '9 days';
    UPDATE access_changes SET changed_at = changed_at - interval '9 days', starts_at = starts_at - interval '9 days'`);
  await page.goto(`${url}/grants/matrix?day=${new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)}`);
  const then = cellOf(page, TECHNICIAN, new RegExp(`^Kestrel Bank: Full access, closed then, .*${words}`));
  await then.locator("[data-closed]").waitFor();
  await page.getByRole("list", { name: "What the signs mean" }).getByText("Outside its hours then").waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("list", { name: "Technicians" }).getByText(`Closed then. ${words}`).waitFor();

  const technician = await platform.signIn("technician");
  const card = technician.page.getByRole("region", { name: "Kestrel Bank" });
  await card.getByText(`Closed now. Holds ${words}`, { exact: false }).waitFor();
  const connect = card.getByRole("button", { name: /^Connect to/ }).first();
  assert.equal(await connect.getAttribute("aria-disabled"), "true");
  await connect.focus();
  await technician.page.getByRole("tooltip").getByText(`Your access to Kestrel Bank holds ${day} 07:30–16:00 (UTC); it opens again ${day} 07:30.`).waitFor();
  await connect.blur();
  await technician.page.getByRole("tooltip").waitFor({ state: "detached" });
  await looksRight(technician.page);
  assert.deepEqual([...manager.refused, ...technician.refused], []);
  for (const { context } of [manager, technician]) await context.close();
});
