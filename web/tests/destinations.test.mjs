// Where the log is forwarded to, in a real browser: added, tested, its secret shown once, switched off and removed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, noViolations, startPlatform } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

const wide = (page) => page.setViewportSize({ width: 1440, height: 900 });

test("an admin forwards the log of their organization; the secret is shown once, and trouble is told", async () => {
  const { page, context, refused } = await platform.signIn("admin", "Kestrel Bank");
  await page.goto(`${url}/audit`);
  await page.getByRole("link", { name: "Forwarding" }).click();
  await page.getByText("The log goes nowhere else").waitFor();
  await looksRight(page);
  await wide(page);
  await page.getByRole("button", { name: "Forward the log" }).click();
  const dialog = page.getByRole("dialog", { name: "Forward the log" });
  await dialog.getByLabel("Name").fill("SIEM");
  await dialog.getByLabel("Address").fill("http://siem.invalid/events");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.locator(".Mui-error").first().waitFor();
  await looksRight(page);
  await wide(page);
  await dialog.getByLabel("Address").fill("https://siem.invalid/events");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  const shown = page.getByRole("dialog", { name: "The secret of SIEM" });
  assert.ok((await shown.getByLabel("The secret").innerText()).length > 20);
  await noViolations(page);
  await shown.getByRole("button", { name: "I have kept it" }).click();

  const card = page.getByRole("region", { name: "SIEM" });
  await card.getByText("https://siem.invalid/events").waitFor();
  await card.getByRole("button", { name: "Send a test" }).click();
  await card.locator("[role=status], [role=alert]").first().waitFor();
  await looksRight(page);
  await wide(page);
  await card.getByRole("button", { name: "Switch off…" }).click();
  await page.getByRole("dialog", { name: "Switch SIEM off?" }).getByRole("button", { name: "Switch off" }).click();
  await card.getByText("Switched off", { exact: true }).waitFor();
  await card.getByRole("button", { name: "New secret…" }).click();
  await page.getByRole("dialog", { name: "New secret for SIEM?" }).getByRole("button", { name: "Make a new secret" }).click();
  await page.getByRole("dialog", { name: "The secret of SIEM" }).getByRole("button", { name: "I have kept it" }).click();
  await card.getByRole("button", { name: "Remove…" }).click();
  const remove = page.getByRole("dialog", { name: "Remove SIEM?" });
  await remove.getByLabel("Type “SIEM” to confirm").fill("SIEM");
  await remove.getByRole("button", { name: "Remove" }).click();
  await page.getByText("The log goes nowhere else").waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});
