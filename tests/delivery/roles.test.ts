import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../platform/postgres.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

const insufficientPrivilege = { code: "42501" };

const forbidden = {
  billing_consumer: [
    "update bills set total_minor = 0",
    "delete from bill_items",
    "update members set email_encrypted = null",
    "update generations set released_at = now()",
    "delete from outbox_batches",
    "delete from notifications",
    "select * from dead_letters",
    "update notification_attempts set outcome = 'accepted'",
    "update billing_clock set clock_offset = '1 day'",
  ],
  billing_dispatcher: [
    "select email_encrypted from members",
    "update bills set total_minor = 0",
    "delete from notifications",
    "update generations set released_at = now()",
    "select * from poison_messages",
    "insert into notification_attempts select * from notification_attempts",
  ],
} as const;

for (const [role, statements] of Object.entries(forbidden)) {
  void test(`${role} may not do what is not its work`, async (t) => {
    const { url, connect: asOwner } = await testDatabase(t);
    await insertLiveGeneration(await asOwner(), { period: "2026-10", generation: 1 }, 1);
    const client = await connect({ url, role, applicationName: "tests" });
    t.after(() => client.end());
    for (const statement of statements) {
      await assert.rejects(client.query(statement), insufficientPrivilege, statement);
    }
    const visible = await client.query("select total_minor from bills");
    assert.deepEqual(visible.rows, [{ total_minor: 28_030 }], "the role is there and can read what it needs");
  });
}
