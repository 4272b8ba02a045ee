import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { test, type TestContext } from "node:test";
import { addAdminMetrics } from "../../admin/metrics.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import type { Pool } from "../../platform/postgres.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";
import { until } from "./run-scene.ts";

/** The server, its pool of commands, and what its metrics say of a series now. */
async function measured(t: TestContext): Promise<{
  readonly admin: TestAdmin;
  readonly commands: Pool;
  readonly lines: (name: string) => Promise<string[]>;
}> {
  const metrics = createMetricSet();
  let commands: Pool | undefined;
  const admin = await startAdmin(t, (parts) => {
    commands = parts.context.commandPool;
    return { ...parts, measure: addAdminMetrics(metrics, parts.context) };
  });
  assert.ok(commands);
  const lines = async (name: string): Promise<string[]> =>
    (await metrics.registry.metrics()).split("\n").filter((line) => line.startsWith(`${name}{`));
  return { admin, commands, lines };
}

void test("a request is counted by the form of its route and the class of its status; who is asked about stands nowhere", async (t) => {
  const { admin, lines } = await measured(t);
  const viewer = await admin.as("viewer");
  await viewer.get("/api/v1/members/4711");
  await viewer.get("/api/v1/policies/default");
  await viewer.get("/tmf-api/customerBillManagement/v4/customerBill/4711");
  await viewer.get("/api/v1/nothing/4711");
  await admin.owner.query(
    `insert into audit_log (actor, action, subject, detail)
     select 'someone', 'test', n::text, to_jsonb(repeat('x', 2000)) from generate_series(1, 20000) n`,
  );
  const headers = { cookie: viewer.cookie, accept: "text/csv" };
  const file = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${admin.url}/api/v1/audit?actor=someone`, { headers }, resolve).on("error", reject);
  });
  file.destroy();
  const counted = (): Promise<string[]> => lines("billing_admin_request_seconds_count");
  await until(async () => (await counted()).some((line) => line.includes('"broken"')));
  const seen = (await counted()).map((line) => line.replace(/^\w+/, ""));
  for (const line of [
    '{method="GET",route="/api/v1/members/{memberId}",status="4xx"} 1',
    '{method="GET",route="/api/v1/policies/{name}",status="2xx"} 1',
    '{method="GET",route="/tmf-api/customerBillManagement/v4/customerBill/{id}",status="4xx"} 1',
    '{method="GET",route="/api/v1/audit",status="broken"} 1',
    '{method="GET",route="other",status="4xx"} 1',
    '{method="POST",route="other",status="2xx"} 1',
  ]) {
    assert.ok(seen.includes(line), `${line} is not among ${seen.join("\n")}`);
  }
  assert.doesNotMatch(seen.join("\n"), /4711|someone/);
});

void test("commands that wait for a connection are seen beside reads that do not", async (t) => {
  const { admin, commands, lines } = await measured(t);
  const operator = await admin.as("operator");
  const held = await Promise.all([commands.connect(), commands.connect()]);
  const waits = operator.send("PUT", "/api/v1/policies/winter", { spec: {} }, { "if-none-match": "*" });
  const waiting = (): Promise<string[]> => lines("billing_database_pool_waiting");
  await until(async () => (await waiting()).includes('billing_database_pool_waiting{pool="commands"} 1'));
  assert.ok((await waiting()).includes('billing_database_pool_waiting{pool="reads"} 0'));
  for (const client of held) client.release();
  assert.equal((await waits).status, 200);
  assert.deepEqual((await lines("billing_database_pool_size")).sort(), [
    'billing_database_pool_size{pool="commands"} 2',
    'billing_database_pool_size{pool="reads"} 5',
  ]);
});
