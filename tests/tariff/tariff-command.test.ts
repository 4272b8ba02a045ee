import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ensureItemCodes } from "../../database/tariffs/dictionary.ts";
import { loadTariff, parseTariffReference } from "../../database/tariffs/load-tariff.ts";
import { testDatabase } from "../support/postgres.ts";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));
const reference = fileURLToPath(new URL("../../tariffs/us-churn.yaml", import.meta.url));

function tariff(url: string, ...args: string[]): { exitCode: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, DATABASE_URL: url, DATABASE_ROLE: "billing_import" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, "tariff", ...args], {
    env,
    encoding: "utf8",
  });
  return { exitCode: status, stdout, stderr };
}

test("a tariff is recorded once with its meters and item codes, and a version never changes", async (t) => {
  const { url, connect } = await testDatabase(t);
  const client = await connect();
  const folder = mkdtempSync(join(tmpdir(), "tariff-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  assert.equal(tariff(url, "record", reference).exitCode, 0);
  const again = tariff(url, "record", reference);
  assert.deepEqual([again.exitCode, again.stdout], [0, "us-churn@1 is recorded already, nothing to do\n"]);

  const other = join(folder, "other.yaml");
  const document = readFileSync(reference, "utf8");
  writeFileSync(other, document.replace("0.17", "0.18"));
  const differing = tariff(url, "record", other);
  assert.equal(differing.exitCode, 78);
  assert.match(differing.stderr, /recorded already with other contents.*new version.*nothing was recorded/s);

  const stored = await loadTariff(client, parseTariffReference("us-churn@1"));
  assert.equal(stored.document, document);
  assert.deepEqual(await loadTariff(client, { id: stored.id }), stored);
  await assert.rejects(loadTariff(client, parseTariffReference("us-churn@2")), { code: "unknown-tariff" });
  const { rows } = await client.query("select code from meters order by id");
  assert.deepEqual(rows, [
    { code: "day" },
    { code: "evening" },
    { code: "night" },
    { code: "international" },
  ]);
  const codes = await ensureItemCodes(client, ["usage:day", "never-seen"]);
  const { rows: known } = await client.query("select code from item_codes where id = $1", [
    codes.get("usage:day"),
  ]);
  assert.deepEqual(known, [{ code: "usage:day" }]);
  assert.equal(codes.size, 2);
});

test("check lists every problem of every file with its line, and exits 78", async (t) => {
  const { url } = await testDatabase(t);
  const folder = mkdtempSync(join(tmpdir(), "tariff-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const bad = join(folder, "bad.yaml");
  const document = readFileSync(reference, "utf8");
  writeFileSync(bad, document.replace("price: 0.17", "price: -1").replace("night: {", "nihgt: {"));
  const { exitCode, stderr } = tariff(url, "check", reference, bad, join(folder, "absent.yaml"));
  assert.equal(exitCode, 78);
  const lineOf = (text: string): number =>
    readFileSync(bad, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1;
  assert.match(stderr, new RegExp(`bad\\.yaml:${lineOf("price: -1")}: plans\\[0\\]\\.usage\\.day`));
  assert.match(stderr, new RegExp(`bad\\.yaml:${lineOf("nihgt")}: plans\\[0\\]\\.usage\\.nihgt`));
  assert.match(stderr, /absent\.yaml: cannot be read/);
});
