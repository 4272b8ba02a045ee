import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { largestBillIncreasePercent } from "../../database/run-ledger/largest-bill-increase.ts";
import { observeAdmission } from "../../database/run-ledger/observe-admission.ts";
import { observeNotifications } from "../../database/run-ledger/observe-notifications.ts";
import { observeRun } from "../../database/run-ledger/observe-run.ts";
import { stuckOutboxSinceMs } from "../../database/run-ledger/stuck-outbox.ts";
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
    "delete from provider_rates",
    "delete from notifications",
    "select * from dead_letters",
    "update notification_attempts set outcome = 'accepted'",
    "select reason from suppressions",
    "insert into suppressions (channel) values ('email')",
    "select * from receipts",
    "update billing_clock set clock_offset = '1 day'",
  ],
  billing_dispatcher: [
    "select email_encrypted from members",
    "update bills set total_minor = 0",
    "delete from notifications",
    "update generations set released_at = now()",
    "select * from poison_messages",
    "select * from provider_rates",
    "select * from provider_breakers",
    "insert into notification_attempts select * from notification_attempts",
    "select * from suppressions",
    "insert into receipts (source) values ('x')",
  ],
} as const;

/** The webhook is what strangers reach: it sees neither contacts nor amounts, and rewrites nothing that was told. */
const forbiddenToReceipts = [
  "select email_encrypted from members",
  "select quiet_start from members",
  "select total_minor from bills",
  "select payload_encrypted from dead_letters",
  "update notifications set seq = 9",
  "update notifications set message_generation = 9",
  "update notifications set member_id = 9",
  "update receipts set kind = 'delivered'",
  "update receipts set event_id = 'x'",
  "delete from receipts",
  "update suppressions set lifted_at = now()",
  "delete from suppressions",
  "update generations set released_at = now()",
  "insert into notification_attempts select * from notification_attempts",
  "select * from commands",
  "select * from audit_log",
  "select * from suppressed_contacts",
  "delete from dead_letters",
];

void test("billing_receipts may not do what is not its work", async (t) => {
  const { url, connect: asOwner } = await testDatabase(t);
  await insertLiveGeneration(await asOwner(), { period: "2026-10", generation: 1 }, 1);
  const client = await connect({ url, role: "billing_receipts", applicationName: "tests" });
  t.after(() => client.end());
  for (const statement of forbiddenToReceipts) {
    await assert.rejects(client.query(statement), insufficientPrivilege, statement);
  }
  const { rows } = await client.query("select count(*) as n from notifications");
  assert.deepEqual(rows, [{ n: 1 }], "the role is there and can read what it needs");
});

/** The page behind the link is what strangers reach too: it sees bills, and of their members the language alone. */
const forbiddenToBillPage = [
  "select name_encrypted from members",
  "select email_encrypted from members",
  "select phone_index from members",
  "select quiet_start from members",
  "select bucket from accounts",
  "select snapshot from bills",
  "select * from notifications",
  "select * from dead_letters",
  "select * from audit_log",
  "select saved_by from template_versions",
  "select notification_policy from generations",
  "update bills set total_minor = 0",
  "update members set language = 'en'",
  "insert into item_codes (code) values ('x')",
];

void test("billing_bill_page may not do what is not its work", async (t) => {
  const { url, connect: asOwner } = await testDatabase(t);
  await insertLiveGeneration(await asOwner(), { period: "2026-10", generation: 1 }, 1);
  const client = await connect({ url, role: "billing_bill_page", applicationName: "tests" });
  t.after(() => client.end());
  for (const statement of forbiddenToBillPage) {
    await assert.rejects(client.query(statement), insufficientPrivilege, statement);
  }
  const { rows } = await client.query("select total_minor from bills");
  assert.deepEqual(rows, [{ total_minor: 28_030 }], "the role is there and can read what it needs");
});

/** The operator looks at counts, and writes nothing. */
const forbiddenToOperator = [
  "update generations set released_at = now()",
  "update generation_partitions set state = 'pending'",
  "delete from bill_runs",
  "delete from outbox_batches",
  "insert into batch_log (job) values ('x')",
  "update notifications set state = 'CANCELLED'",
  "select member_id from notifications",
  "select detail from held_accounts",
  "select document from tariffs",
  "select snapshot from bills",
  "select id from accounts",
  "select quantity_milli from usage_records",
  "select id from members",
];

void test("billing_operator sees what it decides by, and nothing more", async (t) => {
  const { url, connect: asOwner } = await testDatabase(t);
  const address = { period: "2026-10", generation: 1 };
  await insertLiveGeneration(await asOwner(), address, 3);
  const client = await connect({ url, role: "billing_operator", applicationName: "tests" });
  t.after(() => client.end());
  for (const statement of forbiddenToOperator) {
    await assert.rejects(client.query(statement), insufficientPrivilege, statement);
  }
  const notifications = await observeNotifications(client, address);
  assert.deepEqual([notifications?.scheduled, notifications?.sent], [3, 0]);
  assert.equal(await largestBillIncreasePercent(client, address, address), 0);
  assert.equal(await stuckOutboxSinceMs(client, address), null);
  assert.equal(await observeRun(client, randomUUID(), 0), null);
  const tariff = { name: "kr-mobile", version: "2026-07" };
  const applicant = { id: randomUUID(), name: "2026-10-1", period: "2026-11", tariff };
  assert.deepEqual(await observeAdmission(client, applicant), {
    ...{ tariffRecorded: true, hasAccounts: false, hasUsage: false },
    ...{ busyWith: null, nameTaken: true },
  });
});

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
