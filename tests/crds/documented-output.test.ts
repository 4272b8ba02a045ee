import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { kinds } from "../../crds/kinds.ts";
import { specSchema } from "../../crds/structural-schema.ts";
import { statusToApply } from "../../crds/status-to-apply.ts";
import { kubectl, kubectlOk } from "../cluster/kubectl.ts";
import { ApiServer, kindNamed } from "./api-server.ts";
import { scheduleStatus, settlingStatus, validPolicyStatus, waitingStatus } from "./example-status.ts";
import { minimalSpec } from "./minimal-spec.ts";

const page = readFileSync(new URL("../../docs/crds.md", import.meta.url), "utf8");
const server = await ApiServer.start();
after(() => server.stop());

interface Shown {
  readonly command: string;
  readonly output: string;
}

/** Every command of the page, with what stands below it. */
const shown: readonly Shown[] = [...page.matchAll(/^```console\n([\s\S]*?)^```/gm)].flatMap(
  ([, block = ""]) =>
    block.split(/^\$ /m).flatMap((part): Shown[] => {
      const [command = "", ...output] = part.split("\n");
      return command === "" ? [] : [{ command, output: output.join("\n") }];
    }),
);

before(async () => {
  const examples = fileURLToPath(new URL("../../crds/examples", import.meta.url));
  await kubectlOk(server.plane, ["apply", "-f", examples]);
  const statuses = [
    ["BillingRun", "2026-10", statusToApply(waitingStatus)],
    ["BillingRun", "2026-10-roaming-correction", statusToApply(settlingStatus)],
    ["BillingSchedule", "monthly", statusToApply(scheduleStatus)],
    ["NotificationPolicy", "default", validPolicyStatus],
  ] as const;
  for (const [kind, name, status] of statuses) {
    const { status: code, message } = await server.applyStatus(kindNamed(kind), name, status);
    assert.equal(code, 200, message);
  }
});

/** What is typed as october.yaml in the page. */
const october = {
  ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "BillingRun", metadata: { name: "october" } },
  spec: { ...minimalSpec.BillingRun, period: "10/2026", partitions: 4 },
};

/** The arguments of a command line, of which single quotes hold one together. */
function argumentsOf(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = ""]) => quoted ?? word);
}

/** What is printed, with spaces for tabs and none at the end of a line, as an editor keeps it. */
async function outputOf(command: string): Promise<string> {
  const [program, ...args] = argumentsOf(command.replace("-f october.yaml", "-f -"));
  assert.equal(program, "kubectl");
  const { stdout, stderr } = await kubectl(server.plane, args, { input: JSON.stringify(october) });
  return (stdout + stderr).replaceAll("\t", " ").replace(/ +$/gm, "").trimEnd();
}

/** Without what differs each time: how old an object is, how wide columns are for it, in which order mistakes are told. */
function steady(output: string): string {
  const lines = output
    .replace(/ {3,}/g, "   ")
    .replace(/(?<= )(\d+[ydhms]){1,2}(?=( {3}|$))/gm, "AGE")
    .trimEnd()
    .split("\n");
  const isMistake = (line: string): boolean => line.startsWith("* ");
  return [...lines.filter((line) => !isMistake(line)), ...lines.filter(isMistake).sort()].join("\n");
}

test("the page shows every way to look that it speaks of", () => {
  const verbs = shown.map(({ command }) => command.split(" ")[1]);
  assert.deepEqual([...new Set(verbs)].sort(), ["apply", "explain", "get", "patch", "scale"]);
  assert.ok(shown.length >= 9);
});

for (const { command, output } of shown) {
  test(`docs/crds.md shows what is printed by: ${command}`, async () => {
    const exact = command.includes(" explain ");
    const printed = await outputOf(command);
    if (exact) assert.equal(output.trimEnd(), printed);
    else assert.equal(steady(output), steady(printed), `printed now:\n${printed}`);
  });
}

test("every field of the spec of schedules and policies stands in the page's kubectl explain", () => {
  for (const { kind, spec } of kinds.filter(({ kind: name }) => name !== "BillingRun")) {
    const explained = shown.find(({ command }) => command.endsWith(` ${kind.toLowerCase()}.spec`));
    assert.ok(explained, kind);
    for (const field of Object.keys(specSchema(spec).properties ?? {})) {
      assert.match(explained.output, new RegExp(`^  ${field}\\s<`, "m"), `${kind}.spec.${field}`);
    }
  }
});
