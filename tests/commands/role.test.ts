import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../../platform/postgres.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { delivery, giveUp } from "./dead.ts";

const address = { period: "2026-10", generation: 1 };

const forbidden = [
  "update audit_log set actor = 'nobody'",
  "delete from audit_log",
  "truncate audit_log",
  "update command_messages set to_state = 'SENT'",
  "delete from command_messages",
  "delete from commands",
  "update commands set body = '{}'",
  "update commands set actor = 'nobody'",
  "update notifications set seq = 99",
  "update notifications set member_id = 1",
  "delete from notifications",
  "update bills set total_minor = 0",
  "insert into bills select * from bills",
  "update bill_items set amount_minor = 0",
  "update bill_runs set status = '{}'",
  "update bill_runs set name = 'another'",
  "delete from bill_runs",
  "update generation_partitions set state = 'done'",
  "delete from batch_log",
  "delete from bills",
  "insert into bill_state_changes (bill_id, generation, state, reason, actor) values (1, 1, 'settled', '', 'eve')",
  "select push_token_encrypted from members",
  "select birthday from accounts",
  "update members set email_encrypted = null",
  "update members set name_encrypted = 'x'",
  "update members set time_zone = 'UTC'",
  "delete from members",
  "update adjustments set amount_minor = 0",
  "delete from adjustments",
  "select reason from adjustments",
  "update adjustment_orders set amount_minor = 0",
  "update adjustment_orders set created_by = 'nobody'",
  "delete from adjustment_orders",
  "update dead_letters set payload_encrypted = null",
  "delete from dead_letters",
  "update generations set released_at = now()",
  "update billing_clock set clock_offset = '1 day'",
  "insert into notification_attempts select * from notification_attempts",
  "select * from poison_messages",
  "select payload_encrypted from poison_messages",
  "delete from poison_messages",
  "delete from delivery_orders",
  "update delivery_orders set maker = 'nobody'",
  "update delivery_orders set foreseen = '{}'",
  "delete from template_versions",
  "update template_versions set built_in = true",
  "update template_versions set version = 9",
  "delete from notification_policies",
  "update provider_rates set taken_until = now()",
  "update provider_breakers set state = 'closed'",
  "delete from receipts",
  "update receipts set effect = 'moved'",
  "delete from suppressions",
  "insert into suppressions (channel) values ('email')",
  "update suppressions set address_index = 'x'",
];

void test("billing_admin moves messages, and can write neither bills nor contacts nor what was audited", async (t) => {
  const { url, connect: open } = await testDatabase(t);
  const owner = await open();
  await insertLiveGeneration(owner, address, 2);
  await giveUp(owner, address, [1]);
  const done = await delivery(url, ["redrive", "1"]);
  assert.equal(done.code, 0, done.stderr);
  const client = await connect({ url, role: "billing_admin", applicationName: "tests" });
  t.after(() => client.end());
  for (const statement of forbidden) {
    await assert.rejects(client.query(statement), { code: "42501" }, statement);
  }
  const refusedOnce = client.query("update commands set answer = '{}'");
  await assert.rejects(refusedOnce, /a command keeps its answer/);
});

void test("not even the owner rewrites the audit by mistake", async (t) => {
  const owner = await (await testDatabase(t)).connect();
  await owner.query("insert into audit_log (actor, action, subject) values ('kim', 'test', 'test')");
  for (const statement of [
    "update audit_log set actor = 'lee'",
    "delete from audit_log",
    "truncate audit_log",
  ]) {
    await assert.rejects(owner.query(statement), /audit_log is append-only/, statement);
  }
});
