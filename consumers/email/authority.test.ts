import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { test } from "node:test";
import { readAuthority } from "./authority.ts";

void test("the system's authorities, or those of a file that holds some", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "authority-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "ca.pem");
  assert.equal(readAuthority({ SMTP_CA_FILE: "" }), null);
  assert.throws(() => readAuthority({ SMTP_CA_FILE: file }), /SMTP_CA_FILE: holds no readable certificate/);
  writeFileSync(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  assert.throws(() => readAuthority({ SMTP_CA_FILE: file }), /SMTP_CA_FILE/);
  const [pem = ""] = rootCertificates;
  writeFileSync(file, pem);
  assert.equal(readAuthority({ SMTP_CA_FILE: file }), pem);
});
