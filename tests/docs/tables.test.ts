import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
const migrations = globSync("database/migrations/*.sql", { cwd: fileURLToPath(root) });

void test("the page of the architecture names every table, and none that is not there", () => {
  const made = migrations.flatMap((file) => {
    const [up = ""] = readFileSync(new URL(file, root), "utf8").split("-- Down Migration");
    return [...up.matchAll(/^create table (\w+)/gm)].map(([, name = ""]) => name);
  });
  assert.ok(made.length > 30);
  const page = readFileSync(new URL("docs/architecture.md", root), "utf8");
  const rows = page
    .slice(page.indexOf("## Tables"), page.indexOf("## Exit codes"))
    .matchAll(/^\| (`[^|]+) \|/gm);
  const named = [...rows].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
  );
  assert.deepEqual(named.sort(), made.sort());
});
