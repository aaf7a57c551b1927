// A customer is taken in by an account manager: by the keyboard, left in the middle, found again, and narrow.
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

const step = (page, name) => page.getByRole("region", { name, exact: true });
const wide = (page) => page.setViewportSize({ width: 1440, height: 900 });

test("a customer is there in four steps, by the keyboard, with what each of them says saved", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  await page.goto(`${url}/organizations`);
  await page.getByRole("button", { name: "Add a customer" }).click();
  await step(page, "Organization").getByLabel("Name of the customer").waitFor();
  await looksRight(page);
  await wide(page);
  // A name that is taken is told at its field.
  await page.getByLabel("Name of the customer").fill("Kestrel Bank");
  await page.keyboard.press("Enter");
  await page.locator("[id$=-help].Mui-error").waitFor();
  await page.getByLabel("Name of the customer").fill("Wren & Sons");
  await page.keyboard.press("Enter");

  const admin = step(page, "First administrator");
  await admin.getByRole("heading", { name: "The first administrator" }).waitFor();
  await admin.getByLabel("Name", { exact: true }).fill("Nell Wren");
  await admin.getByLabel("Email").fill("nell.wren@wren.example");
  await askForStepUp(page, "POST", "**/api/users");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Confirm that it is you" }).getByRole("button", { name: "Cancel" }).click();
  await admin.getByRole("alert").filter({ hasText: "Confirm that it is you." }).waitFor();
  await admin.getByRole("button", { name: "Invite" }).click();
  await admin.getByText(/\/invitation#/).waitFor();
  await admin.getByRole("list", { name: "Administrators" }).getByText("nell.wren@wren.example").waitFor();
  await looksRight(page);
  await wide(page);

  // Left in the middle: the list leads to the customer, and from there on to what is missing.
  await page.goto(`${url}/organizations?q=Wren`);
  await page.getByRole("link", { name: /Wren & Sons/ }).first().click();
  await page.getByRole("link", { name: "Continue onboarding" }).click();
  await page.waitForURL(/step=machines/);
  const machines = step(page, "Machines");
  const field = machines.getByLabel("Name and address, a machine per line");
  await field.fill("web-01 10.20.4.11\nweb-02");
  await machines.getByText("Line 2: its address is missing.").waitFor();
  assert.equal(await machines.getByRole("button", { name: "Add", exact: true }).isDisabled(), true);
  await looksRight(page);
  await wide(page);
  await field.fill("web-01 10.20.4.11\ndb-01 db.wren.example:2222");
  await machines.getByRole("button", { name: "Add 2 machines" }).click();
  await machines.getByRole("list", { name: "Machines" }).getByText("db.wren.example:2222").waitFor();
  // What is there already stays in the field, with the reason; the other is added.
  await field.fill("web-01 10.20.4.12\nweb-03 10.20.4.13");
  await machines.getByRole("button", { name: "Add 2 machines" }).click();
  await machines.getByRole("list", { name: "Machines" }).getByText("web-03").waitFor();
  await machines.getByRole("alert").getByText(/^web-01: /).waitFor();
  assert.equal(await field.inputValue(), "web-01 10.20.4.12");
  await machines.getByRole("button", { name: "Continue" }).click();

  const technicians = step(page, "Technicians");
  await technicians.getByRole("checkbox", { name: /Tomás Herrera/ }).check();
  await technicians.getByRole("checkbox", { name: /Aiko Tanaka/ }).check();
  await technicians.getByLabel("Level").click();
  await page.getByRole("option", { name: /^Read only/ }).click();
  await technicians.getByLabel("Hours", { exact: true }).click();
  await page.getByRole("option", { name: /^Only at these times/ }).click();
  const times = technicians.getByRole("group", { name: "Times 1", exact: true });
  await times.getByLabel("From, times 1").fill("7");
  await times.getByLabel("To, times 1").fill("25:00");
  await technicians.getByLabel("Time zone").fill("Europe/Oslo");
  await looksRight(page);
  await wide(page);
  // What does not fit is told where it stands, and what was ticked stays.
  await technicians.getByRole("button", { name: "Give 2 technicians access" }).click();
  await times.getByText(/it must be a time like 18:00/).waitFor();
  await times.getByLabel("To, times 1").fill("16");
  await technicians.getByRole("button", { name: "Give 2 technicians access" }).click();
  const held = technicians.getByRole("list", { name: "Who has access" });
  await held.getByText("Aiko Tanaka").waitFor();
  await held.getByText("Mon–Fri 07:00–16:00, Europe/Oslo").first().waitFor();
  await looksRight(page);
  await wide(page);
  await technicians.getByRole("button", { name: "Continue" }).click();

  await page.getByRole("heading", { name: "Wren & Sons is ready" }).waitFor();
  const there = page.getByRole("list", { name: "What is there" });
  for (const words of ["Nell Wren (invited)", "3 machines", "2 active grants"]) await there.getByText(words).waitFor();
  await looksRight(page);
  await wide(page);
  await page.getByRole("link", { name: "Open Wren & Sons" }).click();
  await page.getByRole("heading", { name: "Wren & Sons", exact: true }).waitFor();
  assert.equal(await page.getByRole("link", { name: "Continue onboarding" }).count(), 0);
  assert.deepEqual(refused, []);
  await context.close();
});

test("every step but the first can be skipped, and the summary says what is missing", async () => {
  const { page, context, refused } = await platform.signIn("super_admin");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("add a customer");
  await page.getByRole("option", { name: "Add a customer" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByLabel("Name of the customer").fill("Heron Works");
  await page.getByRole("button", { name: "Add and continue" }).click();
  for (const name of ["First administrator", "Machines", "Technicians"]) await step(page, name).getByRole("button", { name: "Skip for now" }).click();
  await page.getByRole("heading", { name: "Nearly there" }).waitFor();
  await noViolations(page);
  await page.getByRole("button", { name: "Add: Machines" }).click();
  await step(page, "Machines").getByRole("heading", { name: "The machines" }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});

test("access that stands is changed after a look at it, and left alone when somebody was quicker", async () => {
  const manager = await platform.signIn("account_manager");
  const { page, context, refused } = manager;
  const customer = platform.demo.organizations.find(({ name }) => name === "Kestrel Bank");
  await page.goto(`${url}/organizations/new?id=${customer.id}&step=technicians`);
  const technicians = step(page, "Technicians");
  const look = page.getByRole("dialog", { name: "Change who may come in to Kestrel Bank?" });
  const give = async () => {
    await technicians.getByRole("button", { name: "Give access" }).click();
    await look.getByRole("table", { name: "Changes" }).getByText("Changed").waitFor();
  };
  await technicians.getByRole("checkbox", { name: /^Tomás Herrera has full access/ }).check();
  await give();
  await looksRight(page);
  await wide(page);
  // Meanwhile another gives it other terms.
  const { items } = await page.evaluate(async () => (await (await fetch("/api/technician-access?status=active&limit=200")).json()).data);
  const { technicianId } = items.find((each) => each.technicianName === "Tomás Herrera" && each.customerOrgId === customer.id);
  await ask(manager, "/api/access-management/assign", { cells: [{ technicianId, customerOrgId: customer.id }], terms: { accessLevel: "full_access" }, reason: "The yearly audit" });
  await look.getByRole("button", { name: "Give access" }).click();
  await look.waitFor({ state: "detached" });
  await technicians.getByRole("alert").filter({ hasText: "Somebody changed who may come in to Kestrel Bank meanwhile" }).waitFor();
  await looksRight(page);
  await wide(page);
  await give();
  await look.getByRole("button", { name: "Give access" }).click();
  await look.waitFor({ state: "detached" });
  await page.getByRole("status").filter({ hasText: "1 technician may come in to Kestrel Bank." }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});

test("who may not add customers reads why not", async () => {
  const { page, context } = await platform.signIn("security_analyst");
  await page.goto(`${url}/organizations/new`);
  await page.getByLabel("Name of the customer").fill("Heron Works");
  await page.getByRole("button", { name: "Add and continue" }).hover();
  await page.getByRole("tooltip").waitFor();
  await context.close();
});
