// SAML 2.0 by the wizard, in a real browser: our addresses, the provider's metadata and certificates, the test with its forged
// answers, and a sign-in by it.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startDns } from "./identityProvider.mjs";
import { looksRight, startPlatform, submit } from "./platform.mjs";
import { startSamlProvider } from "./samlProvider.mjs";

const NORA = { id: "nora-1", name: "Nora Lind", email: "nora@kestrelbank.example", groups: ["staff"] };
const records = new Map();

let idp;
let dns;
let platform;
let url;

before(async () => {
  idp = await startSamlProvider([NORA]);
  dns = await startDns(records);
  platform = await startPlatform(`[sso]\nallow = ["${idp.address}"]\ndns_server = "${dns.address}"\n`);
  url = platform.url;
});

after(async () => {
  await platform?.stop();
  await idp?.close();
  await dns?.close();
});

test("an admin connects a SAML provider: drafted, described by its metadata, tested, and somebody comes in by it", async () => {
  const { page, context, refused } = await platform.signIn("admin", "Kestrel Bank");
  await page.goto(`${url}/sso`);
  await page.getByRole("button", { name: /Another provider/ }).click();
  await page.getByRole("radio", { name: /SAML 2\.0/ }).click();
  await page.getByLabel("Name", { exact: true }).fill("Kestrel SAML");
  await looksRight(page);
  await page.getByRole("button", { name: "Show our addresses" }).click();
  await page.getByText(/\/api\/sso\/saml\/[0-9a-f-]+\/acs$/).waitFor();
  await looksRight(page);
  const ours = await page.getByRole("link", { name: "Download our metadata" }).getAttribute("href");
  const metadata = await page.evaluate(async (address) => (await fetch(address)).text(), ours);
  assert.match(metadata, /SPSSODescriptor[^>]*AuthnRequestsSigned="true"/);

  await page.getByRole("button", { name: "Done, continue" }).click();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByText("Enter the address of its metadata.").waitFor();
  await page.getByRole("button", { name: "More settings" }).click();
  const portal = page.getByRole("switch", { name: "Let people come from the provider’s portal" });
  assert.equal(await portal.isChecked(), false);
  await page.getByRole("radio", { name: "As a file or text" }).click();
  await page.locator('input[type="file"]').setInputFiles({ name: "metadata.xml", mimeType: "text/xml", buffer: Buffer.from("<nonsense/>") });
  await page.getByText("Taken from metadata.xml.").waitFor();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByText("not the metadata of a SAML 2.0 identity provider", { exact: false }).waitFor();
  assert.equal(await page.getByLabel("Metadata (XML)").getAttribute("aria-invalid"), "true");
  await looksRight(page);
  await page.getByRole("radio", { name: "By their address" }).click();
  await submit(page.getByLabel("Address of its metadata"), idp.metadata);

  await page.getByRole("button", { name: "Begin the test" }).click();
  const checks = page.getByRole("list", { name: "Checks" });
  await page.getByRole("button", { name: "Sign in there" }).waitFor();
  for (const check of ["An unsigned answer is refused", "A forged assertion beside a signed one is refused"]) {
    assert.equal(await checks.getByRole("listitem").filter({ hasText: check }).getByText("Passed").count(), 1);
  }
  await looksRight(page);
  const [other] = await Promise.all([context.waitForEvent("page"), page.getByRole("button", { name: "Sign in there" }).click()]);
  const closed = other.waitForEvent("close");
  await other.getByRole("link", { name: NORA.name }).click();
  await closed;
  await page.getByRole("heading", { name: "Who signed in" }).waitFor();
  await page.getByText(NORA.email).waitFor();
  await looksRight(page);

  // Both certificates are believed, and the one that comes to its end says so.
  const steps = page.getByRole("navigation", { name: "Steps" });
  await steps.getByRole("button", { name: /Connect/ }).click();
  const certificates = page.getByRole("list", { name: "Certificates that it signs with" });
  await certificates.getByText("Ends soon").waitFor();
  await page.getByText("Answers signed by any of these are believed", { exact: false }).waitFor();
  // Ours is the one that our metadata name.
  const own = page.getByRole("list", { name: "Certificates of ours" }).getByRole("listitem");
  await own.getByText("Signs our requests").waitFor();
  assert.equal(await own.count(), 1);
  const [published] = /<ds:X509Certificate>([^<]+)</.exec(metadata).slice(1);
  const fingerprint = createHash("sha256").update(Buffer.from(published, "base64")).digest("hex").toUpperCase().match(/../g).join(":");
  await own.getByText(fingerprint).waitFor();
  await page.getByText("It is renewed by itself", { exact: false }).waitFor();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download our metadata" }).click()]);
  assert.ok(readFileSync(await file.path(), "utf8").includes(published));
  await looksRight(page);

  await steps.getByRole("button", { name: /Groups and roles/ }).click();
  await page.getByRole("combobox", { name: "Everybody else" }).click();
  await page.getByRole("option", { name: /Basic user/ }).click();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByRole("button", { name: "Add a mail domain" }).click();
  await submit(page.getByRole("textbox", { name: "Domain" }), "kestrelbank.example");
  const check = page.getByRole("button", { name: "Check kestrelbank.example now" });
  await check.waitFor();
  const [name, text] = await page.locator("code").allInnerTexts();
  records.set(name, [text]);
  await check.click();
  await page.getByText(/^Proven/).waitFor();
  await page.getByRole("button", { name: "Continue", exact: true }).click();
  await page.getByRole("button", { name: "Switch on…" }).click();
  await page.getByRole("button", { name: "Switch on", exact: true }).click();
  await page.getByRole("heading", { name: "It is switched on" }).waitFor();
  assert.deepEqual(refused, []);
  await context.close();

  const door = await platform.stranger({ width: 390, height: 844 });
  await door.page.goto(`${url}/sign-in?next=/account`);
  await submit(door.page.getByLabel("Email"), NORA.email);
  await door.page.getByRole("button", { name: "Continue with Kestrel SAML" }).click();
  await door.page.getByRole("link", { name: NORA.name }).click();
  await door.page.waitForURL(`${url}/account`);
  await door.page.getByText(`as ${NORA.email}`).waitFor();
  await door.context.close();
});
