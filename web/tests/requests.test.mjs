// A technician asks for access, and others decide: of exactly what they saw.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { askForStepUp, looksRight, noViolations, startPlatform } from "./platform.mjs";

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
