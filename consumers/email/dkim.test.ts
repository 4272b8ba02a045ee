import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ConfigError } from "../../platform/config.ts";
import { readDkimKey } from "./dkim.ts";

void test("all of DKIM or none, and a key that cannot be read is not quoted", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dkim-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "key.pem");
  const config = { DKIM_KEY_FILE: file, DKIM_DOMAIN: "carrier.example", DKIM_SELECTOR: "s1" };
  assert.equal(readDkimKey({ DKIM_KEY_FILE: "", DKIM_DOMAIN: "", DKIM_SELECTOR: "" }), null);
  assert.throws(() => readDkimKey({ ...config, DKIM_SELECTOR: "" }), /DKIM_SELECTOR: is not set/);

  writeFileSync(file, "-----BEGIN PRIVATE KEY-----\ns3cret\n-----END PRIVATE KEY-----\n");
  assert.throws(
    () => readDkimKey(config),
    (error) => error instanceof ConfigError && !error.message.includes("s3cret"),
  );
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(file, pem);
  assert.equal(readDkimKey(config)?.privateKey, pem);
});
