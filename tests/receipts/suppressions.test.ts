import { randomUUID } from "node:crypto";
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { recipientQuery } from "../../database/promotion/recipient-query.ts";
import { RecipientRows } from "../../database/promotion/recipient-rows.ts";
import { planMessage } from "../../jobs/promote/plan-message.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { connect, copyOut, type Client } from "../../platform/postgres.ts";
import { answerOf, delivery } from "../commands/dead.ts";
import { testKeys } from "../support/bills.ts";
import { address, event, post, sentMonth, stand, startReceipts } from "./stage.ts";

/** The channels that promotion would plan today, by bill, read as `promote` reads them. */
async function planned(t: TestContext, url: string): Promise<string[]> {
  const client = await connect({ url, role: "billing_settlement", applicationName: "tests" });
  t.after(() => client.end());
  const rows = new RecipientRows();
  const plans: [number, string][] = [];
  for await (const chunk of copyOut(client, recipientQuery(address, []))) {
    for (const recipient of rows.recipients(chunk as Buffer)) {
      plans.push([recipient.billId, planMessage(recipient, DEFAULT_POLICY, 0).channels.join()]);
    }
  }
  return plans.sort(([a], [b]) => a - b).map(([, channels]) => channels);
}

const addAccounts = (owner: Client): Promise<unknown> =>
  owner.query(
    "insert into accounts (id, member_id, currency, joined_on) select id, id, 'KRW', '2020-01-01' from members",
  );

test("the address is suppressed, for whoever has it, on that channel only; another address is not", async (t) => {
  // 1 and 2 share a mailbox; 3 corrected theirs after the message left; 4 complained of an SMS.
  const { url, owner } = await sentMonth(t, 5, (n) =>
    n <= 2 ? { email: "home@example.com" } : { pushToken: `t${n}` },
  );
  await addAccounts(owner);
  await owner.query("update members set email_index = 'another address' where id = 3");
  await owner.query("update notifications set channel = 'sms' where bill_id % 10000000000 = 4");
  const { origin } = await startReceipts(t, url);
  const smsKey = String(event(4, "complained")["key"]).replace("email", "sms");
  await post(origin, [event(1, "bounced"), event(3, "bounced")]);
  const complained = await post(origin, event(4, "complained", { key: smsKey }), {}, "sms");
  assert.equal(complained.status, 200);
  assert.deepEqual(await planned(t, url), ["sms", "sms", "email,sms,push", "email,push", "email,sms,push"]);
  const { rows } = await owner.query("select channel, reason, source from suppressions order by id");
  assert.deepEqual(rows, [
    { channel: "email", reason: "hard-bounce", source: "email" },
    { channel: "email", reason: "hard-bounce", source: "email" },
    { channel: "sms", reason: "complaint", source: "sms" },
  ]);
});

test("before there is an attempt the member's address counts; for a former message it does not", async (t) => {
  const { url, owner } = await sentMonth(t, 2);
  await addAccounts(owner);
  await owner.query("delete from notification_attempts");
  await owner.query("update notifications set message_generation = 2 where bill_id % 10000000000 = 2");
  const { origin } = await startReceipts(t, url);
  await post(origin, [event(1, "bounced"), event(2, "bounced")]);
  assert.deepEqual(await planned(t, url), ["sms", "email,sms"]);
});

test("people: listed masked, with a reason and audited; lifted once; what is redriven is planned without the suppressed", async (t) => {
  const { url, owner } = await sentMonth(t, 3, (n) => (n === 2 ? { channelPlan: "email" } : {}));
  await addAccounts(owner);
  const { origin } = await startReceipts(t, url);
  const past = new Date(Date.now() - 60_000).toISOString();
  await post(origin, event(1, "complained"));
  await post(origin, event(2, "bounced", { occurredAt: past }));

  const listed = answerOf(await delivery(url, ["suppressions"]));
  const shown = (listed["suppressions"] as Record<string, unknown>[]).map(
    ({ id, channel, cause, code, memberIds, contact }) => ({ id, channel, cause, code, memberIds, contact }),
  );
  assert.deepEqual(shown, [
    { id: 1, channel: "email", cause: "complaint", code: "", memberIds: [1], contact: null },
    { id: 2, channel: "email", cause: "hard-bounce", code: "5.1.1", memberIds: [2], contact: null },
  ]);
  assert.equal((await delivery(url, ["suppressions", "--contacts"], testKeys)).code, 43, "no reason given");
  const masked = await delivery(url, ["suppressions", "--contacts", "--reason", "complaint 17"], testKeys);
  assert.match(masked.stdout, /"contact":"m\*\*\*\*@example.com"/);
  assert.doesNotMatch(masked.stdout, /m1@/);

  const redriven = answerOf(await delivery(url, ["redrive", "--cause", "bounced"]));
  assert.equal(redriven["moved"], 1);
  assert.deepEqual((await stand(owner))[1], "2 SCHEDULED m2 sms redrive");

  assert.equal((await delivery(url, ["lift", "2"])).code, 43, "no reason given");
  const why = ["--reason", "mailbox mended", "--as", "kim"];
  const dry = answerOf(await delivery(url, ["lift", "--cause", "hard-bounce", "--dry-run", ...why]));
  assert.deepEqual([dry["lifted"], dry["status"]], [1, "dry-run"]);
  const order = ["lift", "2", ...why, "--command-id", randomUUID()];
  const lifted = answerOf(await delivery(url, order));
  assert.deepEqual([lifted["lifted"], lifted["byCause"]], [1, { "email hard-bounce": 1 }]);
  const again = answerOf(await delivery(url, order));
  assert.match(String(again["status"]), /^executed before/);
  assert.equal((await delivery(url, ["lift", "2", ...why])).code, 43, "it is not in force any more");
  assert.deepEqual(await planned(t, url), ["sms", "email,sms", "email,sms"]);
  const { rows } = await owner.query(
    `select actor = 'kim' as by_kim, action, detail ->> 'reason' as why from audit_log
      where action <> 'delivery.redrive' order by id`,
  );
  assert.deepEqual(rows, [
    { by_kim: false, action: "suppressions.contacts", why: "complaint 17" },
    { by_kim: true, action: "delivery.lift", why: "mailbox mended" },
    // The one that found nothing in force is kept, too; the repetition is not.
    { by_kim: true, action: "delivery.lift", why: "mailbox mended" },
  ]);

  // A late report of what happened before does not suppress it again; a new bounce does.
  await post(origin, event(2, "bounced", { id: "late", occurredAt: past }));
  assert.deepEqual((await planned(t, url))[1], "email,sms");
  await post(
    origin,
    event(2, "bounced", { id: "new", occurredAt: new Date(Date.now() + 1_000).toISOString() }),
  );
  assert.deepEqual((await planned(t, url))[1], "sms");
});
