import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { machineFolder, sweepTemporaryFolders } from "./temporary-folder.ts";

const guard = fileURLToPath(new URL("exit-guard.ts", import.meta.url));

test("a test file has a temporary folder of its own, which is gone with it", () => {
  const show = `console.log(os.tmpdir()); fs.mkdtempSync(os.tmpdir() + "/left-"); process.exit(3)`;
  const env = { ...process.env, NODE_TEST_CONTEXT: "child-v8" };
  const args = ["--import", guard, "-e", show];
  let shown = "";
  try {
    execFileSync(process.execPath, args, { env, encoding: "utf8" });
  } catch (error) {
    shown = (error as { stdout: string }).stdout;
  }
  const folder = /\S*billing-test-\d+-\w+/.exec(shown)?.[0] ?? "";
  assert.equal(dirname(folder), machineFolder, "beside the others, not below this test's own");
  assert.equal(existsSync(folder), false);
});

test("what a killed test left is removed after an hour, what lives or is younger is not", (t) => {
  const parent = mkdtempSync(join(tmpdir(), "sweep-"));
  t.after(() => {
    rmSync(parent, { recursive: true });
  });
  // No process has a number this high.
  const names = [
    "billing-test-999999999-old",
    "billing-test-999999999-new",
    `billing-test-${process.pid}-old`,
    "other-1-old",
  ];
  for (const name of names) {
    mkdirSync(join(parent, name, "inside"), { recursive: true });
    const hours = name.endsWith("old") ? 2 : 0;
    utimesSync(join(parent, name), new Date(), new Date(Date.now() - hours * 3_600_000));
  }
  sweepTemporaryFolders(parent);
  assert.deepEqual(
    names.filter((name) => existsSync(join(parent, name))),
    names.slice(1),
  );
});
