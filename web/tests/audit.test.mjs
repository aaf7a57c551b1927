// The log in a real browser: over time, as a file, of one person, as evidence; and the palette that finds everything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { looksRight, noViolations, startPlatform } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

test("the log is told over time, a bar leads to its entries, and what is narrowed is exported", async () => {
  const { page, context, refused } = await platform.signIn("security_analyst");
  await page.goto(`${url}/audit`);
  const overview = page.getByRole("region", { name: "Events over time" });
  const bars = overview.getByRole("group", { name: /Events per/ });
  await bars.getByRole("button").last().waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await bars.getByRole("button").last().focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Remove the filter Between" }).waitFor();
  await page.getByRole("table", { name: "Audit events" }).getByRole("row").nth(1).waitFor();
  await page.getByRole("button", { name: "Remove the filter Between" }).click();
  await overview.getByRole("button", { name: /Medium/ }).click();
  await page.getByRole("button", { name: "Remove the filter Risk" }).waitFor();

  await page.getByRole("button", { name: "Export", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Export the log" });
  await dialog.getByText("medium risk").waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  const [file] = await Promise.all([page.waitForEvent("download"), dialog.getByRole("button", { name: "Export" }).click()]);
  await page.getByText(/events? exported/).waitFor();
  const rows = readFileSync(await file.path(), "utf8").trim().split("\n");
  assert.ok(rows.length > 1, "a heading and its events");
  assert.deepEqual(refused, []);
  await context.close();
});

test("a person's activity leads from their page into the log", async () => {
  const { page, context, refused } = await platform.signIn("super_admin");
  await page.goto(`${url}/users`);
  await page.getByRole("button", { name: "Jonas Lindqvist" }).click();
  await page.getByRole("link", { name: "What this person did" }).click();
  await page.getByRole("heading", { name: "Jonas Lindqvist" }).waitFor();
  // Not over a bar, which would say what it is.
  await page.mouse.move(0, 0);
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("link", { name: "Access granted" }).click();
  await page.getByText(/Jonas Lindqvist granted access to/).first().waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});

test("the compliance report names each control with its state and leads to the evidence", async () => {
  const { page, context, refused } = await platform.signIn("super_admin");
  await page.goto(`${url}/audit/compliance`);
  await page.getByRole("article").first().waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("group", { name: "Standard" }).getByRole("button", { name: "SOC 2" }).click();
  await page.getByRole("heading", { name: "ISO/IEC 27001:2022" }).waitFor({ state: "detached" });
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "JSON" }).click()]);
  const report = JSON.parse(readFileSync(await file.path(), "utf8"));
  assert.ok(report.controls.length > 0 && report.controls.every(({ standard }) => standard === "soc2"));

  // On paper stands the report alone.
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("navigation", { name: "Main", exact: true }).isVisible(), false);
  assert.equal(await page.getByRole("button", { name: "JSON" }).isVisible(), false);
  assert.ok(await page.getByRole("article").first().isVisible());
  await page.emulateMedia({ media: "screen" });

  await page.getByRole("list", { name: /^Evidence for/ }).getByRole("link").first().click();
  await page.getByRole("dialog").getByText("Evidence for").waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});

test("the palette finds people, organizations, machines and actions by the keyboard", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  const find = async (text) => {
    await page.keyboard.press("Control+k");
    const input = page.getByRole("combobox", { name: "Search or jump to" });
    await input.fill(text);
  };
  await find("hand over");
  await page.getByRole("option", { name: "Hand over access" }).waitFor();
  await looksRight(page);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Hand over access" }).getByRole("button", { name: "Cancel" }).click();
  await find("kestrel");
  for (const group of ["People", "Organizations"]) await page.getByRole("listbox").getByText(group, { exact: true }).waitFor();
  await page.getByRole("option", { name: "Kestrel Bank", exact: true }).waitFor();
  await noViolations(page);
  await find("");
  await page.keyboard.press("Escape");
  assert.deepEqual(refused, []);
  await context.close();
});
