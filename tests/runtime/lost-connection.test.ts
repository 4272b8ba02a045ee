import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { createPool, inTransaction } from "../../platform/postgres.ts";
import { testDatabase } from "../support/postgres.ts";

void test("a connection that is lost between two statements fails the transaction, not the process", async (t) => {
  const { url, connect } = await testDatabase(t);
  const killer = await connect();
  const pool = createPool({ url, applicationName: "tests" }, { size: 1, onIdleError: () => undefined });
  t.after(() => pool.end());
  const lost = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    await killer.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await sleep(200);
    await client.query("select 1");
  });
  await assert.rejects(lost, /not queryable|terminat/i);
  const { rows } = await pool.query("select 1 as one");
  assert.deepEqual(rows, [{ one: 1 }], "the pool has opened another");
});
