// The sealed log in a real browser: a customer verifies it by the page and without it, and super admins say what is held and
// what goes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
const stepsOf = (page) => page.getByRole("list", { name: "Steps of the verification" });
const stateOf = (page, step) => page.locator(`[data-step=${step}]`).getAttribute("data-state");

/** Runs the command as it stands on the page, in a folder of one's own. */
function offline(command, folder) {
  const [program, ...words] = command.split(" ");
  assert.equal(program, "sallyport");
  const { status, stdout, stderr } = spawnSync(process.env.SALLYPORT_BIN, words, { cwd: folder, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
}

test("a customer takes the log home and verifies it by the command of the page, and an earlier checkpoint too", async () => {
  const { page, context, refused } = await platform.signIn("admin", "Kestrel Bank");
  await page.goto(`${url}/audit`);
  await page.getByRole("link", { name: "Verify the log" }).click();
  await page.getByText("checked in this page").waitFor();
  assert.equal(await page.getByRole("heading", { name: "What may be removed" }).count(), 0);
  await looksRight(page);
  await wide(page);

  const home = mkdtempSync(join(tmpdir(), "sallyport-bundle-"));
  const save = async (name) => {
    const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
    const path = join(home, file.suggestedFilename());
    copyFileSync(await file.path(), path);
    return path;
  };
  await save("Save as a file");
  const [command, next] = await page.locator("section", { hasText: "Verify it without us" }).locator("code").allInnerTexts();
  await askForStepUp(page, "GET", "**/api/audit/organizations/*/bundle");
  await page.getByRole("button", { name: "Download the bundle" }).click();
  await page.getByRole("dialog", { name: "Confirm that it is you" }).getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("alert").filter({ hasText: "Confirm that it is you." }).waitFor();
  const bundle = await save("Download the bundle");
  await page.getByText("The bundle is here").waitFor();

  const { status, said } = offline(command, home);
  assert.equal(status, 0, said);
  assert.match(said, /holds/);
  const later = offline(next, home);
  assert.equal(later.status, 0, later.said);
  assert.match(later.said, /continues the checkpoint/);
  const whole = readFileSync(bundle, "utf8");
  writeFileSync(bundle, whole.replace("grant.create", "grant.crcate"));
  assert.notEqual(offline(command, home).status, 0, "a changed letter is found");
  rmSync(home, { recursive: true });
  assert.deepEqual(refused, []);
  await context.close();
});

test("one entry is verified in the page, step by step, and what does not fit is told where", async () => {
  const { page, context, refused } = await platform.signIn("admin", "Kestrel Bank");
  await page.goto(`${url}/audit?code=grant.create`);
  const open = async () => {
    await page.getByRole("table", { name: "Audit events" }).getByRole("button", { name: /granted access/ }).first().click();
    await page.getByRole("button", { name: "Verify this entry" }).click();
    await stepsOf(page).waitFor();
  };
  await open();
  await page.getByText("stands in the signed log, exactly as it was written").waitFor();
  assert.equal(await page.locator("[data-state=holds]").count(), 5);
  await page.getByText("Hashes on the way").click();
  await looksRight(page);
  await wide(page);

  // A server that lies: the proof of another place, then an entry that says something else.
  const lie = async (change) => {
    await page.unrouteAll();
    await page.route("**/api/audit/events/*/proof", async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      change(answer.data);
      await route.fulfill({ response, json: answer });
    });
    await page.getByRole("button", { name: "Verify again" }).click();
    await page.getByText("This does not hold.").waitFor();
  };
  await lie((proof) => proof.hashes.reverse());
  assert.equal(await stateOf(page, "path"), "fails");
  assert.equal(await stateOf(page, "leaf"), "holds");
  await noViolations(page);
  await lie((proof) => { proof.entry.outcome = "refused"; });
  await page.getByText("is not what was sealed: outcome").waitFor();
  assert.equal(await stateOf(page, "leaf"), "fails");
  assert.equal(await stateOf(page, "path"), "holds");
  assert.deepEqual(refused, []);
  await context.close();
});

test("a super admin holds a log, sees before anything goes, and erases a person, after which entries still verify", async () => {
  const { page, context, refused } = await platform.signIn("super_admin");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("verify the");
  await page.getByRole("option", { name: "Verify the audit log" }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("checked in this page").waitFor();
  await page.getByLabel("Whose log").click();
  await page.getByRole("option", { name: "Kestrel Bank" }).click();
  await page.getByRole("heading", { name: "What may be removed" }).waitFor();
  await page.getByText("checked in this page").waitFor();
  await looksRight(page);
  await wide(page);

  await page.getByRole("button", { name: "Hold the log…" }).click();
  const hold = page.getByRole("dialog", { name: "Hold the log of Kestrel Bank?" });
  await hold.getByLabel("The matter").fill("Case 12 of the regulator");
  await noViolations(page);
  await hold.getByRole("button", { name: "Hold the log" }).click();
  await hold.waitFor({ state: "detached" });
  await page.getByText("“Case 12 of the regulator”. By", { exact: false }).waitFor();

  await page.getByRole("button", { name: "Remove content…" }).click();
  const cleanup = page.getByRole("dialog", { name: "Remove the content of old entries" });
  await cleanup.getByLabel("Older than (days)").fill("30");
  await cleanup.getByText("Entries of the last year stay").waitFor();
  await cleanup.getByLabel("Older than (days)").fill("400");
  await cleanup.getByLabel("Reason").fill("Two years are enough");
  await looksRight(page);
  await wide(page);
  await cleanup.getByRole("button", { name: "Preview" }).click();
  await cleanup.getByText("Held, stays whole").waitFor();
  await cleanup.getByText("Nothing would be removed").waitFor();
  await noViolations(page);
  await cleanup.getByRole("button", { name: "Back" }).click();
  assert.equal(await cleanup.getByLabel("Reason").inputValue(), "Two years are enough");
  await cleanup.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("button", { name: "Lift the hold…" }).click();
  const lift = page.getByRole("dialog", { name: "Lift the hold on the log of Kestrel Bank?" });
  assert.equal(await lift.getByRole("button", { name: "Lift the hold" }).isDisabled(), true);
  await lift.getByLabel("Type “Kestrel Bank” to confirm").fill("Kestrel Bank");
  assert.equal(await lift.getByRole("button", { name: "Lift the hold" }).isDisabled(), true);
  await lift.getByLabel("Reason").fill("The regulator has closed the case");
  await looksRight(page);
  await wide(page);
  await lift.getByRole("button", { name: "Lift the hold" }).click();
  await lift.waitFor({ state: "detached" });
  await page.getByText("No hold", { exact: true }).waitFor();

  await page.getByRole("button", { name: "Erase…" }).click();
  const erase = page.getByRole("dialog", { name: "Erase a person’s detail" });
  await erase.getByLabel("Find the person").fill("Lindqvist");
  await erase.getByLabel("Person", { exact: true }).click();
  await page.getByRole("option", { name: "Jonas Lindqvist" }).click();
  await erase.getByLabel("Reason").fill("Asked for on paper");
  await looksRight(page);
  await wide(page);
  await erase.getByLabel("Type “Jonas Lindqvist” to confirm").fill("Jonas Lindqvist");
  await erase.getByRole("button", { name: "Erase for good" }).click();
  await erase.waitFor({ state: "detached" });
  await page.getByText(/^Erased from \d+ entr/).waitFor();

  await page.goto(`${url}/audit?code=grant.create`);
  await page.getByRole("table", { name: "Audit events" }).getByRole("row").nth(1).click();
  await page.getByRole("button", { name: "Verify this entry" }).click();
  await page.getByText("personal detail that was erased since").waitFor();
  await page.getByText("stands in the signed log").waitFor();
  assert.deepEqual(refused, []);
  await context.close();
});
