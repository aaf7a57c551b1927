// The log in a real browser: over time, as a file, of one person, as evidence; and the palette that finds everything.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { looksRight, noViolations, startPlatform, tabTo } from "./platform.mjs";

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
});

after(() => platform?.stop());

const wide = (page) => page.setViewportSize({ width: 1440, height: 900 });

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

test("an entry shows all with the same, and the log is narrowed by what is typed, wide and narrow", async () => {
  const { page, context, refused } = await platform.signIn("super_admin");
  const table = page.getByRole("table", { name: "Audit events" });
  const chip = (name) => page.getByRole("button", { name: `Remove the filter ${name}` });
  const entry = page.getByRole("dialog");
  await page.goto(`${url}/audit?code=grant.create`);
  await table.getByRole("button", { name: /granted access/ }).first().click();
  await entry.getByRole("button", { name: "Show all with this person" }).waitFor();
  await looksRight(page);
  await wide(page);
  for (const [what, filter] of [["person", "Person"], ["target", "Target"], ["request", "Request"], ["kind of event", "Event"]]) {
    await entry.getByRole("button", { name: `Show all with this ${what}` }).click();
    await chip(filter).waitFor();
    await entry.waitFor({ state: "detached" });
    assert.equal(await page.getByRole("button", { name: /^Remove the filter/ }).count(), 1, "all with it, and not only some");
    await table.getByRole("row").nth(1).waitFor();
    await page.goBack();
    await entry.getByRole("button", { name: "Show all with this person" }).waitFor();
  }
  await page.goto(`${url}/audit?code=auth.login`);
  await table.getByRole("row").nth(1).getByRole("button").first().click();
  await entry.getByRole("button", { name: "Show all with this address" }).click();
  await chip("Address").waitFor();
  await page.getByRole("button", { name: "Address 127.0.0.1" }).waitFor();
  await table.getByRole("row").nth(1).waitFor();
  await page.getByRole("button", { name: "Clear", exact: true }).click();

  // Folded until it is asked for; what is no address is told before anything is asked.
  assert.equal(await page.getByRole("button", { name: "Control", exact: true }).count(), 0);
  await page.getByRole("button", { name: "More filters" }).click();
  await page.getByRole("button", { name: "Address", exact: true }).click();
  const typed = page.getByRole("dialog", { name: "Address" });
  await typed.getByLabel("Address").fill("127.0.0");
  await page.keyboard.press("Enter");
  await typed.getByText("An address looks like 203.0.113.7", { exact: false }).waitFor();
  await looksRight(page);
  await wide(page);
  await typed.getByLabel("Address").fill("192.0.2.77");
  await page.keyboard.press("Enter");
  await page.getByText("Nothing matches").waitFor();
  await chip("Address").click();
  await page.getByRole("button", { name: "Control", exact: true }).click();
  await page.keyboard.type("6.1");
  await page.getByRole("option", { name: /^CC6\.1/ }).waitFor();
  await page.keyboard.press("Enter");
  await chip("Control").waitFor();
  await table.getByRole("row").nth(1).getByRole("button").first().click();
  await entry.getByText("CC6.1", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("dialog", { name: "Export the log" }).getByText("evidence for CC6.1").waitFor();
  await looksRight(page);
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
  const [paper] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Download PDF" }).press("Enter")]);
  assert.match(paper.suggestedFilename(), /^sallyport-compliance-soc2-\d{4}-\d\d-\d\d\.pdf$/);
  assert.equal(readFileSync(await paper.path()).subarray(0, 5).toString(), "%PDF-");
  await page.getByRole("region", { name: "Messages" }).getByText("The report is here").waitFor();
  // What went wrong is told, and the button is there again.
  await page.route("**/report/pdf?*", (route) => route.fulfill({ status: 503, contentType: "application/json", body: JSON.stringify({ success: false, error: "unavailable", message: "The database is busy." }) }));
  await page.getByRole("button", { name: "Download PDF" }).click();
  await page.getByText("The database is busy.").waitFor();
  await page.getByRole("button", { name: "Download PDF" }).waitFor();
  await page.unroute("**/report/pdf?*");

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
  // What begins with it stands first, and Enter goes there: no person's address is meant by a customer's name.
  await page.getByRole("option", { name: "Kestrel Bank", exact: true, selected: true }).waitFor();
  await noViolations(page);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Kestrel Bank", exact: true }).waitFor();
  await find("herrera");
  await page.getByRole("option", { name: /^Tomás Herrera/, selected: true }).waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(refused, []);
  await context.close();
});

test("what a person may do is begun from the palette, by the keyboard alone, and nothing else is offered", async () => {
  const technician = await platform.signIn("technician");
  const { page } = technician;
  const find = async (page, text) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search or jump to" }).waitFor();
    await page.keyboard.type(text);
  };
  await find(page, "start emergency");
  await page.getByRole("option", { name: "Start emergency access…", selected: true }).waitFor();
  await page.keyboard.press("Enter");
  const start = page.getByRole("dialog", { name: "Start emergency access" });
  await tabTo(page, start.getByLabel("Customer"));
  await page.keyboard.press("Enter");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("listbox").waitFor({ state: "detached" });
  await tabTo(page, start.getByLabel("What happened?"));
  await page.keyboard.type("The database of the shop is down and loses orders");
  await tabTo(page, start.getByRole("button", { name: "Start emergency access" }));
  await page.keyboard.press("Enter");
  await start.waitFor({ state: "detached" });
  await page.getByRole("status").filter({ hasText: /^You have emergency access to/ }).waitFor();
  assert.equal(new URL(page.url()).search, "");

  // Asked for again on the page where one is; Escape takes it out of the address.
  for (const again of [1, 2]) {
    await find(page, "request");
    await page.getByRole("option", { name: "Ask for access…" }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.getByRole("option", { name: "Ask for access…", selected: true }).waitFor();
    await page.keyboard.press("Enter");
    const ask = page.getByRole("dialog", { name: "Ask for access" });
    await ask.waitFor();
    if (again === 1) await noViolations(page);
    await page.keyboard.press("Escape");
    await ask.waitFor({ state: "detached" });
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/requests");
  }
  await find(page, "rotate");
  await page.getByText("Nothing by that name.").waitFor();
  await technician.context.close();

  const boss = await platform.signIn("super_admin");
  for (const [text, title] of [["rotate", "Have another key sign?"], ["export", "Export the log"], ["forward", "Forward the log"], ["grant access", "Grant access"], ["invite", "Invite a person"], ["break glass", "Start emergency access"]]) {
    await find(boss.page, text);
    await boss.page.getByRole("option", { name: "…", selected: true }).waitFor();
    await boss.page.keyboard.press("Enter");
    const dialog = boss.page.getByRole("dialog", { name: title });
    await dialog.waitFor();
    await boss.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
  await find(boss.page, "ask for access");
  await boss.page.getByText("Nothing by that name.").waitFor();
  assert.deepEqual([...technician.refused, ...boss.refused], []);
  await boss.context.close();
});
