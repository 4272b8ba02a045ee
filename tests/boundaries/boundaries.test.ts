import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseOptions } from "dependency-cruiser";

const fixture = fileURLToPath(new URL("./fixture", import.meta.url));
const configFile = new URL("../../.dependency-cruiser.js", import.meta.url);

interface Rules {
  readonly default: {
    readonly forbidden: NonNullable<ICruiseOptions["ruleSet"]>["forbidden"];
    readonly options: ICruiseOptions;
  };
}

const { forbidden, options } = ((await import(configFile.href)) as Rules).default;

/** Rules that each file of the fixture says it breaks, as `file: rule`, sorted. */
function expectedViolations(): string[] {
  return globSync("**/*.ts", { cwd: fixture })
    .flatMap((file) => {
      const rule = /^\/\/ breaks: ([^\s;]+)/.exec(readFileSync(join(fixture, file), "utf8"))?.[1];
      return rule === undefined || rule === "none" ? [] : [`${file}: ${rule}`];
    })
    .sort();
}

async function foundViolations(): Promise<string[]> {
  const result = await cruise(["."], {
    ...options,
    exclude: { path: "^$" },
    baseDir: fixture,
    validate: true,
    ruleSet: { forbidden: forbidden ?? [] },
  });
  assert.ok(typeof result.output === "object");
  return [
    ...new Set(result.output.summary.violations.map(({ from, rule }) => `${from}: ${rule.name}`)),
  ].sort();
}

test("every bad import of the fixture breaks the rule that it names, and the good ones break none", async () => {
  assert.deepEqual(await foundViolations(), expectedViolations());
});

test("every rule has a bad import that it finds", () => {
  const shown = new Set(expectedViolations().map((line) => line.split(": ")[1]));
  // The package is not installed before the operator exists.
  const notYet = ["door-@kubernetes/client-node"];
  const hidden = (forbidden ?? []).map((rule) => rule.name ?? "").filter((name) => !shown.has(name));
  assert.deepEqual([...new Set(hidden)], notYet);
});
