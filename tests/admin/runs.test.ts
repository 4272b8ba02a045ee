import assert from "node:assert/strict";
import { test } from "node:test";
import { startAdmin } from "./admin.ts";
import { drive, plannedSpec, populate } from "./run-scene.ts";

// A month on one machine through the API: planned, looked at, approved by somebody else, settled again, compared.

void test("a run is planned, looked at, approved by somebody else, and settled again", async (t) => {
  const admin = await startAdmin(t);
  await populate(admin.databaseUrl, 300);
  const operator = await admin.as("operator");
  const approver = await admin.as("approver");
  const both = await admin.as("operator", "approver");
  const start = { name: "october", spec: plannedSpec, reason: "the month is over" };
  const planned = await both.send("POST", "/api/v1/runs/plan", start);
  assert.equal(planned.status, 200, planned.text);
  const unseen = await approver.get("/api/v1/runs/october");
  assert.deepEqual([unseen.body.phase, unseen.body.status], [null, null]);
  assert.equal(await drive(t, admin.databaseUrl, "october"), "AwaitingApproval");

  const { body: run } = await approver.get("/api/v1/runs/october");
  assert.equal(run.phase, "AwaitingApproval");
  assert.equal(run.startedBy, "operator.approver");
  assert.equal(run.approval.state, "waiting");
  assert.deepEqual(
    run.partitionGrid.map(({ index, state, attempt }: Record<string, unknown>) => [index, state, attempt]),
    [0, 1, 2, 3].map((index) => [index, "done", 1]),
  );
  const { rows } = await admin.owner.query<{ bills: number; sum: string }>(
    "select count(*) as bills, sum(total_minor)::text as sum from bills",
  );
  const [bills] = rows;
  assert.equal(run.ledger.members.billed, bills?.bills);
  assert.deepEqual(run.ledger.totals, { amountMinor: bills?.sum, currency: "KRW" });
  assert.ok(run.ledger.proof.length > 5);
  assert.ok(run.ledger.proof.every(({ holds }: { holds: boolean }) => holds));
  assert.deepEqual([run.pace.membersDone, run.pace.membersTotal], [300, 300]);
  assert.ok(run.pace.membersPerSecond > 0);
  const retry = run.actions.find(({ action }: { action: string }) => action === "retry");
  assert.deepEqual(
    [retry.allowed, retry.why],
    [false, "nothing of october has failed: it is AwaitingApproval"],
  );

  const digest = String(run.approval.digest);
  const approve = "/api/v1/runs/october/approve";
  assert.equal((await operator.send("POST", approve, { digest })).status, 403);
  const own = await both.send("POST", approve, { digest });
  assert.deepEqual([own.status, own.body.code], [409, "maker-is-checker"]);
  const other = await approver.send("POST", approve, { digest: "ab".repeat(32) });
  assert.deepEqual([other.status, other.body.code], [409, "other-digest"]);
  const approved = await approver.send("POST", approve, { digest, reason: "sums agree" });
  assert.deepEqual([approved.status, approved.body.done], [200, "october is approved"]);
  const twice = await approver.send("POST", approve, { digest });
  assert.deepEqual([twice.status, twice.body.code], [409, "not-waiting"]);
  assert.equal(await drive(t, admin.databaseUrl, "october"), "Completed");

  const { body: finished } = await operator.get("/api/v1/runs?period=2026-10&phase=Completed");
  assert.deepEqual(
    finished.items.map(({ name, digest: of }: { name: string; digest: string }) => [name, of]),
    [["october", digest]],
  );
  const audit = await approver.get("/api/v1/audit?action=run.approve");
  const told = audit.body.items.map(
    ({ actor, detail }: Record<string, { state: string; reason: string }>) => {
      return [actor, detail?.state, detail?.reason];
    },
  );
  assert.deepEqual(told, [
    ["approver", "refused", ""],
    ["approver", "done", "sums agree"],
    ["approver", "refused", ""],
    ["operator.approver", "refused", ""],
  ]);

  const baseless = await approver.get("/api/v1/runs/october/difference");
  assert.deepEqual([baseless.status, baseless.body.code], [409, "no-baseline"]);
  assert.equal((await approver.get("/api/v1/runs/october")).body.baseline, null);
  await admin.owner.query(
    `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     select id, bucket, '2026-10-01', 'final', 1000 + 10 * row_number() over (order by id), 'test', 'test'
       from accounts where id in (select account_id from bills where total_minor > 20000 order by 1 limit 3)`,
  );
  const again = { newName: "october-2", mode: "Plan" };
  const started = await operator.send("POST", "/api/v1/runs/october/settle-again", again);
  assert.equal(started.status, 200, started.text);
  assert.equal(await drive(t, admin.databaseUrl, "october-2"), "AwaitingApproval");
  const { body: difference } = await approver.get("/api/v1/runs/october-2/difference");
  assert.deepEqual(difference.generation, { period: "2026-10", generation: 2 });
  assert.deepEqual(difference.baseline, { period: "2026-10", generation: 1 });
  assert.deepEqual((await approver.get("/api/v1/runs/october-2")).body.baseline, difference.baseline);
  assert.deepEqual(
    [difference.changed, difference.added, difference.removed, difference.raisedMinor],
    [3, 0, 0, "3060"],
  );
  const first = await approver.get("/api/v1/runs/october-2/movers?limit=2");
  const rest = await approver.get(`/api/v1/runs/october-2/movers?limit=2&cursor=${first.body.next}`);
  const moved = [first, rest].flatMap(({ body }) => body.items);
  assert.deepEqual(
    moved.map(({ rank, changeMinor }: Record<string, unknown>) => [rank, changeMinor]),
    [
      [1, "1030"],
      [2, "1020"],
      [3, "1010"],
    ],
  );
  assert.equal(rest.body.next, null);
  const { body: report } = await approver.get("/api/v1/runs/october-2/report");
  assert.equal(report.amountMinor, difference.amountMinor);
  assert.ok(report.items.length > 3);
  const { body: generations } = await approver.get("/api/v1/periods/2026-10/generations");
  assert.deepEqual(
    generations.items.map(({ generation, state, run: of }: Record<string, unknown>) => [
      generation,
      state,
      of,
    ]),
    [
      [2, "verified", "october-2"],
      [1, "live", "october"],
    ],
  );
  const { body: batches } = await approver.get("/api/v1/batches?job=settle&generation=2");
  assert.deepEqual(
    batches.items.map(({ partitionIndex }: { partitionIndex: number }) => partitionIndex).sort(),
    [0, 1, 2, 3],
  );
  assert.deepEqual(
    (await approver.get("/api/v1/batches?job=settle&failed=true&period=2026-09")).body.items,
    [],
  );
});

test("the log of batches has jobs that are about no month, and those that failed as a whole", async (t) => {
  const admin = await startAdmin(t);
  const viewer = await admin.as("viewer");
  await admin.owner.query(
    `insert into batch_log (job, period, started_at, total, succeeded, failed, state, error_code)
     values ('tariff-record', null, now(), 1, 1, 0, 'succeeded', null),
            ('settle', '2026-10-01', now(), 0, 0, 0, 'failed', 'unknown-meter')`,
  );
  const listed = async (query: string): Promise<unknown> => {
    const { status, text, body } = await viewer.get(`/api/v1/batches${query}`);
    assert.equal(status, 200, text);
    return body.items.map(({ job, period, state, errorCode }: Record<string, unknown>) => {
      return [job, period, state, errorCode];
    });
  };
  const failed = ["settle", "2026-10", "failed", "unknown-meter"];
  assert.deepEqual(await listed(""), [failed, ["tariff-record", null, "succeeded", null]]);
  assert.deepEqual(await listed("?failed=true"), [failed]);
});
