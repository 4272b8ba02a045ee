import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

interface PackageFile {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Packages named in the table under a heading of docs/dependencies.md. */
function documented(heading: string): string[] {
  const section = read("docs/dependencies.md")
    .split(/^## /m)
    .find((text) => text.startsWith(heading));
  assert.ok(section, `no section "${heading}"`);
  return [...section.matchAll(/^\| `([^`]+)` +\|/gm)].map((match) => match[1] ?? "");
}

const { dependencies, devDependencies } = JSON.parse(read("package.json")) as PackageFile;

test("every package has a row in docs/dependencies.md, and every row a package", () => {
  assert.deepEqual(documented("At run time"), Object.keys(dependencies));
  assert.deepEqual(documented("For development"), Object.keys(devDependencies));
});

test("versions are exact, so that a clone of today builds tomorrow", () => {
  for (const version of Object.values({ ...dependencies, ...devDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});

test("docs, setup and code name the same versions of Node and Kafka", () => {
  const setup = read("setup/env.sh");
  const node = /^node_version=(\S+)/m.exec(setup)?.[1];
  const kafka = /^kafka_version=(\S+)/m.exec(setup)?.[1];
  assert.ok(node && kafka);
  assert.ok(read("docs/dependencies.md").includes(`Node ${node} `));
  assert.ok(read("docs/dependencies.md").includes(`Kafka ${kafka} `));
  assert.ok(read("local/toolchain.ts").includes(`"${kafka}"`));
});
