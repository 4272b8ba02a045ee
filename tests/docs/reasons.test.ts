import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { eventReason } from "../../controllers/billing-run/kubernetes/names.ts";
import { reasons } from "../../crds/conditions.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (file: string): string => readFileSync(`${root}/${file}`, "utf8");

/** What Kubernetes says of a Job that failed: no reason of ours. */
const ofKubernetes = /job-runner\.ts|job-facts\.ts/;
const sources = globSync("controllers/**/*.ts", { cwd: root }).filter(
  (file) => !/\.test\.ts$|\/example-/.test(file) && !ofKubernetes.test(file),
);

/** Every text that a source gives, or allows, as `reason`: in objects, interfaces and types named so. */
function reasonsIn(file: string): string[] {
  const found: string[] = [];
  const collect = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) found.push(node.text);
    ts.forEachChild(node, collect);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === "reason") collect(node.initializer);
    else if (ts.isPropertySignature(node) && node.name.getText() === "reason" && node.type)
      collect(node.type);
    else if (ts.isTypeAliasDeclaration(node) && node.name.text.endsWith("Reason")) collect(node.type);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.ESNext, true));
  return found.filter((text) => /^[A-Z][A-Za-z]+$/.test(text));
}

test("every reason of a condition or an Event that the operator writes stands on a page", () => {
  const written = new Set([...reasons, ...Object.values(eventReason), ...sources.flatMap(reasonsIn)]);
  for (const known of ["DatabaseReachable", "NothingWaits", "PolicyValid", "RunDeleted", "NeverFires"]) {
    assert.ok(written.has(known), `${known} is not found in the sources any more`);
  }
  const pages = globSync("docs/**/*.md", { cwd: root }).map(read).join("\n");
  assert.deepEqual(
    [...written].filter((reason) => !pages.includes(`\`${reason}\``)),
    [],
  );
});

/** The rows of a table of docs/operator.md, by the first cell's text. */
function rowsOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^\| `(\w+)` +\|(.*)\|$/gm)].map(([, name = "", cells = ""]) => [name, cells]),
  );
}

test("what keeps a run from beginning stands in both tables: that of conditions, and that of what to do", () => {
  const text = read("docs/operator.md");
  const [before = "", after = ""] = text.split("**What holds a run before it begins**");
  const accepted = rowsOf(before).get("Accepted") ?? assert.fail("no row for Accepted");
  const holding = [
    ...new Set(sources.filter((file) => /admission|resolve-policy/.test(file)).flatMap(reasonsIn)),
  ];
  assert.ok(holding.length >= 6, holding.join());
  const remedies = rowsOf(after);
  for (const reason of holding) {
    assert.ok(accepted.includes(`\`${reason}\``), `${reason} in the row of Accepted`);
    assert.ok(remedies.has(reason), `${reason} in the table of what to do`);
  }
});
