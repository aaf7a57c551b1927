// What was deleted is found again by the filter of its list, and comes back after a look at what does not.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, startPlatform } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

async function remove({ page, context }, path) {
  const csrf = (await context.cookies()).find((cookie) => cookie.name === "__Host-sallyport_csrf").value;
  const status = await page.evaluate(async ([path, token]) => (await fetch(path, { method: "DELETE", headers: { "X-CSRF-Token": token } })).status, [path, csrf]);
  assert.equal(status, 200, path);
}

const first = ({ page }, path) => page.evaluate(async (path) => (await (await fetch(path)).json()).data.items[0], path);

const statusFilter = (page) => page.getByRole("search", { name: "Filter the list" }).getByRole("button", { name: "Status", exact: true });

async function filterDeleted(page) {
  await statusFilter(page).click();
  await page.getByRole("menuitem", { name: "Deleted" }).click();
  await page.getByRole("button", { name: "Remove the filter Status" }).waitFor();
}

test("a removed person and a deleted customer are found and restored, and whoever may not is not offered it", async () => {
  const admin = await platform.signIn("super_admin");
  const { page, refused } = admin;
  const customer = await first(admin, "/api/organizations?type=customer&q=kestrel");
  const person = await first(admin, `/api/users?organizationId=${customer.id}&role=basic_user`);
  await remove(admin, `/api/users/${person.id}`);

  await page.goto(`${url}/users`);
  await filterDeleted(page);
  const back = page.getByRole("button", { name: `Restore… ${person.displayName}` });
  await back.waitFor();
  await looksRight(page);
  await back.click();
  const dialog = page.getByRole("dialog", { name: `Restore ${person.displayName}?` });
  await dialog.getByText(/What does not come back: the password/).waitFor();
  await looksRight(page);
  await dialog.getByRole("button", { name: "Restore" }).click();
  await page.getByText(`${person.displayName} is back as invited.`).first().waitFor();
  await dialog.waitFor({ state: "detached" });
  await page.goto(`${url}/users?status=invited&q=${encodeURIComponent(person.email)}`);
  await page.getByText(person.email).first().waitFor();

  await remove(admin, `/api/organizations/${customer.id}`);
  await page.goto(`${url}/organizations`);
  await filterDeleted(page);
  await page.getByRole("button", { name: `Restore… ${customer.name}` }).click();
  const asked = page.getByRole("dialog", { name: `Restore ${customer.name}?` });
  await asked.getByText(/It comes back suspended/).waitFor();
  await looksRight(page);
  await asked.getByRole("button", { name: "Restore" }).click();
  await page.getByText(`${customer.name} is back, suspended.`).first().waitFor();
  await page.goto(`${url}/organizations?status=suspended`);
  await page.getByRole("link", { name: customer.name }).first().waitFor();
  assert.deepEqual(refused, []);
  await admin.context.close();

  const manager = await platform.signIn("account_manager");
  await manager.page.goto(`${url}/organizations`);
  await statusFilter(manager.page).click();
  await manager.page.getByRole("menuitem", { name: "Suspended" }).waitFor();
  assert.equal(await manager.page.getByRole("menuitem", { name: "Deleted" }).count(), 0);
  await manager.context.close();
});
