import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import { runProgram } from "../jobs/running.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";
import { plannedSpec } from "./run-scene.ts";

// Commands on runs of one machine, once each, whoever gives them at the same time.

async function withTariff(admin: TestAdmin): Promise<void> {
  const { code, stderr } = await runProgram(["tariff", "record", tariffFile], {
    DATABASE_URL: admin.databaseUrl,
  });
  assert.equal(code, 0, stderr);
}

async function specOf(
  admin: TestAdmin,
  name: string,
): Promise<{ generation: number; spec: Record<string, unknown> }> {
  const { rows } = await admin.owner.query<{
    spec: { generation: number; spec: Record<string, unknown> };
  }>("select spec from bill_runs where name = $1", [name]);
  assert.ok(rows[0]);
  return rows[0].spec;
}

/** How the control loop would have found it. */
async function setStatus(admin: TestAdmin, name: string, change: object): Promise<void> {
  const status = {
    observedGeneration: (await specOf(admin, name)).generation,
    ...{ generation: 1, phase: "Settling", conditions: [], progress: "2/4" },
    partitions: { total: 4, active: 2, succeeded: 2, failed: 0, failedIndexes: [] },
    members: { expected: 1000, billed: 480, held: 15, excluded: 5 },
    notifications: { scheduled: 0, queued: 0, sent: 0, failed: 0, dead: 0 },
    ...change,
  };
  await admin.owner.query("update bill_runs set status = $2 where name = $1", [name, JSON.stringify(status)]);
}

void test("a manifest is judged by the rules of the CRD, and what is wrong is said in its words", async (t) => {
  const admin = await startAdmin(t);
  const operator = await admin.as("operator");
  const spec = { ...plannedSpec, period: "2026-13", parallelism: 5, colour: "red" };
  const wrong = await operator.send("POST", "/api/v1/runs", { name: "October", spec });
  assert.equal(wrong.status, 400);
  const told = new Map(
    wrong.body.errors.map(({ field, message }: Record<string, unknown>) => [field, message]),
  );
  assert.equal(told.get("spec.period"), "must be a month, such as 2026-10");
  assert.match(String(told.get("name")), /must be lower-case letters, digits and dashes/);
  assert.match(String(told.get("spec")), /colour/);

  const spread = { ...plannedSpec, parallelism: 5 };
  const together = await operator.send("POST", "/api/v1/runs", { name: "october", spec: spread });
  assert.deepEqual(together.body.errors, [
    {
      ...{ in: "body", field: "spec.parallelism" },
      message: "must not exceed partitions (defaults: parallelism 8, partitions 64)",
    },
  ]);
  const nul = await operator.send("POST", "/api/v1/runs", {
    name: "october",
    spec: plannedSpec,
    reason: "a\u0000b",
  });
  assert.deepEqual([nul.status, nul.body.code], [400, "invalid-request"]);
  const unknown = await operator.send("POST", "/api/v1/runs", { name: "october", spec: plannedSpec });
  assert.deepEqual([unknown.status, unknown.body.code], [409, "unknown-tariff"]);
  assert.equal((await (await admin.as("viewer")).send("POST", "/api/v1/runs", {})).status, 403);
  assert.equal((await operator.get("/api/v1/runs/october")).status, 404);
  assert.equal((await operator.send("POST", "/api/v1/runs/october/suspend")).status, 404);
});

void test("ten calls under one id start and change once; ten under their own do it once and are told so", async (t) => {
  const admin = await startAdmin(t);
  await withTariff(admin);
  const operator = await admin.as("operator");
  const key = randomUUID();
  const ten = async (path: string, body: object, keyOf: () => string): Promise<number[]> => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => operator.send("POST", path, body, keyOf())),
    );
    return answers.map(({ status }) => status).sort();
  };
  const start = { name: "october", spec: plannedSpec };
  assert.deepEqual(await ten("/api/v1/runs", start, () => key), Array<number>(10).fill(200));
  const refusedNine = [200, ...Array<number>(9).fill(409)];
  assert.deepEqual(await ten("/api/v1/runs", { ...start, name: "other" }, randomUUID), refusedNine);
  assert.equal((await admin.owner.query("select from bill_runs")).rowCount, 2);

  await setStatus(admin, "october", {
    phase: "Failed",
    partitions: { total: 4, active: 0, succeeded: 3, failed: 1, failedIndexes: [1] },
  });
  assert.deepEqual(await ten("/api/v1/runs/october/retry", {}, randomUUID), refusedNine);
  assert.equal((await specOf(admin, "october")).spec["retryGeneration"], 1);
  const other = await operator.send("POST", "/api/v1/runs/october/suspend", {}, key);
  assert.equal(other.status, 422);
  const replayed = await operator.send("POST", "/api/v1/runs", start, key);
  assert.equal(replayed.headers.get("idempotency-replayed"), "true");
});

void test("suspend, resume, release and cancel change the spec as the plugin does, and the status decides whether", async (t) => {
  const admin = await startAdmin(t);
  await withTariff(admin);
  const operator = await admin.as("operator");
  const spec = { ...plannedSpec, dispatch: { release: "Manual" } };
  assert.equal((await operator.send("POST", "/api/v1/runs", { name: "october", spec })).status, 200);
  await setStatus(admin, "october", {});
  const order = async (what: string, body: object = {}): Promise<string> => {
    const { status, body: told } = await operator.send("POST", `/api/v1/runs/october/${what}`, body);
    return status === 200 ? "done" : `${status} ${told.code}`;
  };
  assert.equal(await order("suspend"), "done");
  assert.equal(await order("suspend"), "409 unneeded");
  assert.equal(await order("resume"), "done");
  assert.equal(await order("release"), "409 not-now");
  assert.equal(await order("release", { releaseAt: "tomorrow" }), "400 invalid-request");
  const releaseAt = "2099-11-05T09:00:00+09:00";
  assert.equal(await order("release", { releaseAt }), "done");
  const { spec: reserved } = await specOf(admin, "october");
  assert.deepEqual(reserved["dispatch"], {
    ...{ release: "Automatic", notificationPolicyRef: "default", releaseAt },
  });
  await setStatus(admin, "october", { phase: "Reserved" });
  assert.equal(await order("release"), "done");
  assert.deepEqual((await specOf(admin, "october")).spec["dispatch"], {
    ...{ release: "Automatic", notificationPolicyRef: "default" },
  });
  assert.equal(await order("cancel", { reason: "wrong tariff" }), "done");
  assert.equal((await specOf(admin, "october")).spec["cancel"], true);
  assert.equal(await order("retry"), "409 not-now");
});

void test("runs are listed by month and name, page by page", async (t) => {
  const admin = await startAdmin(t);
  await withTariff(admin);
  const operator = await admin.as("operator");
  for (const [name, period] of [
    ["b", "2026-09"],
    ["c", "2026-10"],
    ["a", "2026-10"],
  ] as const) {
    const started = await operator.send("POST", "/api/v1/runs", { name, spec: { ...plannedSpec, period } });
    assert.equal(started.status, 200, started.text);
  }
  const names: string[] = [];
  for (let cursor = ""; cursor !== "null";) {
    const { body } = await operator.get(`/api/v1/runs?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`);
    names.push(...body.items.map(({ name }: { name: string }) => name));
    cursor = String(body.next);
  }
  assert.deepEqual(names, ["a", "c", "b"]);
  const csv = await operator.get("/api/v1/runs", { accept: "text/csv" });
  assert.equal(csv.text.trim().split("\n").length, 4);
});
