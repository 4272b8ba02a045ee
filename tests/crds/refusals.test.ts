import assert from "node:assert/strict";
import { after, test } from "node:test";
import { kinds } from "../../crds/kinds.ts";
import { statusToApply } from "../../crds/status-to-apply.ts";
import { kubectl } from "../cluster/kubectl.ts";
import { ApiServer, kindNamed } from "./api-server.ts";
import { minimalSpec } from "./minimal-spec.ts";
import { publishedRules, refusedAlone, type PublishedRule } from "./published-rules.ts";
import { refusals, type Refusal } from "./refusals.ts";

const server = await ApiServer.start();
after(() => server.stop());

const rules = kinds.flatMap(publishedRules);
/** The rules that have refused something while no other had anything to say. */
const spoke = new Set<PublishedRule>();

async function ask({ kind, name = "x", spec, before, status, badStatus }: Refusal, number: number) {
  const of = kindNamed(kind);
  const full = { ...minimalSpec[kind], ...spec };
  if (badStatus !== undefined) {
    const stands = await server.create(of, `stands-${number}`, { spec: full }, { dryRun: false });
    assert.equal(stands.status, 201, stands.message);
    return await server.applyStatus(of, `stands-${number}`, badStatus);
  }
  if (before === undefined) return await server.create(of, name, { spec: full });
  const object = `before-${number}`;
  const made = await server.create(
    of,
    object,
    { spec: { ...minimalSpec[kind], ...before } },
    { dryRun: false },
  );
  assert.equal(made.status, 201, made.message);
  if (status !== undefined) {
    const stands = await server.applyStatus(of, object, statusToApply(status));
    assert.equal(stands.status, 200, stands.message);
  }
  return await server.tryChange(of, object, { spec });
}

for (const [number, refusal] of refusals.entries()) {
  test(`${refusal.kind}: ${refusal.rule}`, async () => {
    const answer = await ask(refusal, number);
    assert.equal(answer.status, 422, `accepted, or refused otherwise: ${answer.message}`);
    const aboutField = answer.causes.filter(({ field }) => field === refusal.field);
    assert.ok(
      aboutField.some(({ message }) => message.includes(refusal.says)),
      JSON.stringify(answer.causes, null, 2),
    );
    const alone = refusedAlone(
      rules.filter((rule) => rule.kind === refusal.kind),
      answer.causes,
    );
    if (alone !== undefined) spoke.add(alone);
  });
}

test("each kind accepts the least that the refusals start from", async () => {
  for (const kind of kinds) {
    const { status, message } = await server.create(kind, "least", {
      spec: minimalSpec[kind.kind as Refusal["kind"]],
    });
    assert.equal(status, 201, message);
  }
});

test("what may change can be changed", async () => {
  const run = kindNamed("BillingRun");
  const spec = { ...minimalSpec.BillingRun, mode: "Plan" };
  assert.equal((await server.create(run, "changing", { spec }, { dryRun: false })).status, 201);
  const allowed = [
    { mode: "Commit" },
    { approvedDigest: "a".repeat(64) },
    { parallelism: 64 },
    { canary: { partitions: 3 }, gates: { heldBills: 0 } },
    { dispatch: { releaseAt: "2026-11-05T09:00:00+09:00" } },
    { dispatch: { release: "Manual" } },
    { suspend: true, retryGeneration: 1 },
    { cancel: true },
  ];
  for (const change of allowed) {
    const { status, message } = await server.tryChange(run, "changing", { spec: change });
    assert.equal(status, 200, message);
  }
});

test("every rule of the definitions has refused something above by itself, blaming its own field", () => {
  assert.ok(rules.length > 50);
  assert.deepEqual(
    rules.filter((rule) => !spoke.has(rule)),
    [],
  );
});

test("kubectl names every mistake at once, and an unknown field", async () => {
  const manifest = (spec: object): string =>
    JSON.stringify({
      ...{ apiVersion: "billing.telco.dev/v1alpha1", kind: "BillingRun", metadata: { name: "2026-10" } },
      spec: { ...minimalSpec.BillingRun, ...spec },
    });
  const wrong = await kubectl(server.plane, ["apply", "-f", "-"], {
    input: manifest({ period: "10/2026", partitions: 4 }),
  });
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /spec\.period: .*must be a month, such as 2026-10/);
  assert.match(wrong.stderr, /spec\.parallelism: .*must not exceed partitions/);
  const unknown = await kubectl(server.plane, ["apply", "-f", "-"], { input: manifest({ cancle: true }) });
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /unknown field "spec\.cancle"/);
});
