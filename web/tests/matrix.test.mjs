// The matrix of many technicians and customers: only what is in sight is drawn, and what is drawn is right wherever one scrolls.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { looksRight, noViolations, startPlatform } from "./platform.mjs";

const [TECHNICIANS, CUSTOMERS] = [60, 300];

let platform;
let url;

before(async () => {
  platform = await startPlatform();
  ({ url } = platform);
  const { email } = platform.demo.users.find(({ role }) => role === "technician");
  const { name } = platform.demo.organizations.find(({ name }) => name === "Kestrel Bank");
  // Each technician reaches one customer, five columns further than the one before: the last of both meet in the far corner.
  platform.sql(`
    INSERT INTO organizations SELECT (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'name', 'Zone ' || to_char(n, 'FM000')))).*
      FROM organizations o, generate_series(1, ${CUSTOMERS}) n WHERE o.name = '${name}';
    INSERT INTO users SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'email', 'zoe-' || n || '@northgate.example', 'display_name', 'Zoe ' || to_char(n, 'FM000')))).*
      FROM users u, generate_series(1, ${TECHNICIANS}) n WHERE u.email = '${email}';
    INSERT INTO technician_customer_access (org_id, id, technician_org_id, technician_id, technician_name, technician_email, access_level, reason, granted_by, granted_by_name)
      SELECT o.id, gen_random_uuid(), u.org_id, u.id, u.display_name, u.email, CASE n % 2 WHEN 0 THEN 'full_access' ELSE 'read_only' END, 'A zone each', u.id, u.display_name
      FROM generate_series(1, ${TECHNICIANS}) n JOIN users u ON u.display_name = 'Zoe ' || to_char(n, 'FM000') JOIN organizations o ON o.name = 'Zone ' || to_char(n * 5, 'FM000')`);
});

after(() => platform?.stop());

const gridOf = (page) => page.getByRole("grid", { name: "Technicians’ access to customers" });

/** What is in sight, once all of it is here: each cell by its row's and its column's head, and whether it stands below that head. */
async function inSight(page) {
  // What is scrolled is drawn with the next frame.
  await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
  await page.waitForFunction(() => {
    const cells = [...document.querySelectorAll("[role=gridcell]")];
    return cells.length > 0 && cells.every((cell) => cell.getAttribute("aria-label") !== "Loading") && [...document.querySelectorAll("[role=rowheader]")].every((head) => head.innerText !== "…");
  });
  return gridOf(page).evaluate((grid) => {
    const place = grid.getBoundingClientRect();
    const heads = new Map([...grid.querySelectorAll("[data-col-head]")].map((head) => [head.dataset.colHead, head]));
    return [...grid.querySelectorAll("[role=row][data-cell-row]")].flatMap((row) =>
      [...row.querySelectorAll("[role=gridcell]")].flatMap((cell) => {
        const { left, top, right, bottom } = cell.getBoundingClientRect();
        const head = heads.get(cell.dataset.cellCol);
        // Behind the heads or beside the window it is drawn, but nobody sees it.
        const corner = grid.querySelector(".corner").getBoundingClientRect();
        if (left < corner.right || top < corner.bottom || right > place.right || bottom > place.bottom) return [];
        return [{ technician: row.querySelector("[role=rowheader] .name").textContent, customer: head.title, words: cell.getAttribute("aria-label"), below: Math.abs(head.getBoundingClientRect().left - left) < 1 }];
      }),
    );
  });
}

function rightCells(cells) {
  assert.ok(cells.length > 100, `${cells.length} cells are in sight`);
  for (const { technician, customer, words, below } of cells) {
    assert.ok(below && words.startsWith(`${customer}: `), `${technician} at ${customer}: ${words}`);
    const [zoe, zone] = [/^Zoe (\d+)$/.exec(technician), /^Zone (\d+)$/.exec(customer)];
    if (zoe === null || zone === null) continue;
    const wanted = Number(zoe[1]) * 5 !== Number(zone[1]) ? "No access" : Number(zoe[1]) % 2 === 0 ? "Full access, " : "Read only, ";
    assert.ok(words.startsWith(`${customer}: ${wanted}`), `${technician} at ${customer}: ${words}`);
  }
}

test("wherever one scrolls, each cell is its technician's at its customer, to the far corner and back", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  await page.goto(`${url}/grants/matrix`);
  const grid = gridOf(page);
  await grid.waitFor();
  const [rows, cols] = [Number(await grid.getAttribute("aria-rowcount")), Number(await grid.getAttribute("aria-colcount"))];
  assert.ok(rows > TECHNICIANS && cols > CUSTOMERS);
  rightCells(await inSight(page));
  const scroll = (down, across) => grid.evaluate((element, [down, across]) => element.scrollTo(across * element.scrollWidth, down * element.scrollHeight), [down, across]);
  for (const [down, across] of [[0, 0.5], [0.5, 0.5], [1, 0], [1, 1], [0.3, 0.9], [0, 0], [1, 1]]) {
    await scroll(down, across);
    rightCells(await inSight(page));
    assert.ok((await page.getByRole("gridcell").count()) < 2_500, "only what is in sight is drawn");
  }
  // By the wheel, as a person does.
  await grid.hover();
  for (const [x, y] of [[-900, 0], [-2_400, -300], [-700, -500], [4_000, 1_200]]) await page.mouse.wheel(x, y);
  await scroll(1, 1);
  const corner = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "Zoe 060" }) }).getByRole("gridcell", { name: /^Zone 300: Full access/ });
  await corner.click();
  await page.getByRole("status").filter({ hasText: "Zoe 060 at Zone 300: Full access" }).waitFor();
  assert.equal(await corner.getAttribute("aria-colindex"), String(cols));
  await looksRight(page);
  assert.deepEqual(refused, []);
  await context.close();
});

test("the keyboard reaches the far corner, says where it is, and works on what is there", async () => {
  const { page, context, refused } = await platform.signIn("account_manager");
  await page.goto(`${url}/grants/matrix`);
  const grid = gridOf(page);
  await grid.waitFor();
  await grid.focus();
  /** The cell that a screen reader is told, which must be in sight. */
  const meant = async () => {
    await page.waitForFunction(() => document.getElementById(document.querySelector("[role=grid]").getAttribute("aria-activedescendant")) !== null);
    await inSight(page);
    return grid.evaluate((element) => {
      const cell = document.getElementById(element.getAttribute("aria-activedescendant"));
      const [place, frame, corner] = [cell.getBoundingClientRect(), element.getBoundingClientRect(), element.querySelector(".corner").getBoundingClientRect()];
      const seen = place.left >= corner.right - 1 && place.top >= corner.bottom - 1 && place.right <= frame.right + 1 && place.bottom <= frame.bottom + 1;
      return { technician: cell.closest("[role=row]").querySelector("[role=rowheader] .name").textContent, words: cell.getAttribute("aria-label"), seen };
    });
  };
  const at = async (technician, words) => {
    const cell = await meant();
    assert.ok(cell.seen, `${cell.technician} at ${cell.words} is out of sight`);
    assert.equal(cell.technician, technician);
    assert.match(cell.words, words);
  };
  await page.keyboard.press("Control+End");
  await at("Zoe 060", /^Zone 300: Full access/);
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog", { name: "Zoe 060" });
  await drawer.getByText("A zone each").first().waitFor();
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
  await grid.focus();
  await page.keyboard.press("Control+ArrowUp");
  assert.match((await meant()).words, /^Zone 300: /);
  await page.keyboard.press("Control+ArrowDown");
  await page.keyboard.press("ArrowUp");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowLeft");
  await at("Zoe 059", /^Zone 295: Read only/);
  await page.keyboard.press("PageUp");
  await page.keyboard.press("PageDown");
  await at("Zoe 059", /^Zone 295: Read only/);

  // A block there, and what would become of it.
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.keyboard.press("Shift+ArrowLeft");
  await page.getByRole("status").filter({ hasText: "2 technicians × 3 customers: 6 cells, 1 grant" }).waitFor();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Set terms of 6 cells" });
  await dialog.getByLabel("Reason").fill("The last zones");
  await dialog.getByRole("button", { name: "Preview" }).click();
  const table = dialog.getByRole("table", { name: "Changes" });
  for (const [technician, zone] of [["Zoe 059", "Zone 298"], ["Zoe 059", "Zone 300"], ["Zoe 060", "Zone 299"]]) await table.getByRole("row").filter({ hasText: technician }).filter({ hasText: zone }).filter({ hasText: "Granted" }).waitFor();
  await table.getByRole("row").filter({ hasText: "Zoe 060" }).filter({ hasText: "Zone 300" }).filter({ hasText: "Changed" }).waitFor();
  await noViolations(page);
  await dialog.getByRole("button", { name: "Set terms" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByText("5 grants added, 1 changed.").waitFor();
  await grid.focus();
  await page.keyboard.press("Control+Home");
  const first = await meant();
  assert.ok(first.seen && !first.technician.startsWith("Zoe"));
  assert.deepEqual(refused, []);
  await context.close();
});
