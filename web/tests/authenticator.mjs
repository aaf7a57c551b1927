// An authenticator app for the tests: TOTP (RFC 6238), written apart from the server's own.
import { createHmac } from "node:crypto";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function seedOf(secret) {
  let bits = "";
  for (const letter of secret.replaceAll(" ", "")) bits += LETTERS.indexOf(letter).toString(2).padStart(5, "0");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
}

function codeAt(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const tag = createHmac("sha1", seedOf(secret)).update(counter).digest();
  const word = tag.readUInt32BE(tag.at(-1) & 0xf) & 0x7fffffff;
  return String(word % 1_000_000).padStart(6, "0");
}

const used = new Map();

/** A code that this app has not shown before: each is good once. The server takes the one of the next half minute too. */
export async function freshCode(secret) {
  const step = Math.max(Math.floor(Date.now() / 30_000), (used.get(secret) ?? 0) + 1);
  used.set(secret, step);
  const early = (step - 1) * 30_000 - Date.now();
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  return codeAt(secret, step);
}
