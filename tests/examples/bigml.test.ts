import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Comparison } from "../../examples/bigml/compare.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const example = join(repository, "examples/bigml");

async function run(file: string): Promise<Comparison> {
  const { stdout } = await promisify(execFile)(join(example, "run.sh"), [file], { maxBuffer: 64 << 20 });
  return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as Comparison;
}

test("real subscribers go through import, settlement and export to the published charges", async () => {
  const { lines, equal, different } = await run(join(example, "bigml-churn-80.csv"));
  assert.deepEqual([lines, equal, different.length], [2_661 * 4, 2_661 * 4 - 25, 25]);
  // The source rounded a binary fraction of an exact half-cent down.
  for (const { band, published, rated } of different) {
    assert.equal(band, "night");
    assert.equal(Math.round(Number(rated) * 100) - Math.round(Number(published) * 100), 1);
  }
  assert.deepEqual(
    readdirSync(join(repository, ".local")).filter((name) => name.startsWith("bigml-")),
    [],
    "nothing is left behind",
  );
});

test("any file of the shape is compared: other order of columns, quotes, no line end, a wrong charge, no minutes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bigml-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = join(folder, "odd.csv");
  const header =
    '\uFEFF"Total intl charge",State,Total day minutes,Total day charge,Total eve minutes,Total eve charge,' +
    "Total night minutes,Total night charge,Total intl minutes";
  const rows = ['"2.7","A, ""B""",265.1,45.07,197.4,16.78,244.7,11.01,10', "0,x,0,1,abc,0.00,10,0.45,0"];
  writeFileSync(file, [header, ...rows].join("\r\n"));
  assert.deepEqual(await run(file), {
    lines: 8,
    equal: 6,
    different: [
      { account: 2, band: "day", published: "1.00", rated: "0.00" },
      { account: 2, band: "evening", published: "0.00", rated: "" },
    ],
  });
});
