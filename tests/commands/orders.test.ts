import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { moveMessages } from "../../database/commands/move-messages.ts";
import { deadLetterTargets } from "../../database/dead-letters/dead-letter-targets.ts";
import { listDeadLetters } from "../../database/dead-letters/list-dead-letters.ts";
import { decideBy } from "../../desk/orders/decide-by.ts";
import { connect, inTransactionOn, type Client } from "../../platform/postgres.ts";
import { billIdOf, insertLiveGeneration, testKeys, type TestMember } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { setBillingClock } from "../delivery/world.ts";
import { answerOf, delivery, giveUp } from "./dead.ts";

const address = { period: "2026-10", generation: 1 };
const bill = (number: number): number => billIdOf(address.period, number);
const noon = "2026-11-02T12:00:00+09:00";

interface Scene {
  readonly url: string;
  readonly owner: Client;
}

async function month(t: TestContext, count: number, memberOf?: (n: number) => TestMember): Promise<Scene> {
  const { url, connect: open } = await testDatabase(t);
  const owner = await open();
  await setBillingClock(owner, noon);
  await insertLiveGeneration(owner, address, count, memberOf);
  return { url, owner };
}

async function stand({ owner }: Scene): Promise<string[]> {
  const { rows } = await owner.query<Record<string, string>>(
    `select bill_id % 10000000000 || ' ' || state || ' m' || message_generation || ' ' || channel_plan || ' ' || reason
            as text from notifications order by generation, bill_id`,
  );
  return rows.map(({ text }) => text ?? "");
}

void test("redrive by filter: dry run and run say the same, and only the filter's messages move", async (t) => {
  const scene = await month(t, 6, (n) => (n === 3 ? { email: null, phone: null } : {}));
  await giveUp(scene.owner, address, [1, 2, 3], "permanent");
  await giveUp(scene.owner, address, [4], "unknown-outcome");
  await giveUp(scene.owner, address, [5], "exhausted");
  const filter = ["--period", "2026-10", "--run", "2026-10-1", "--died-from", "2020-01-01T00:00:00Z"];
  const foreseen = answerOf(await delivery(scene.url, ["redrive", ...filter, "--dry-run"]));
  assert.deepEqual(foreseen["refused"], { "no-channel": 1, "maybe-sent": 1 });
  assert.deepEqual([foreseen["moved"], foreseen["status"]], [3, "dry-run"]);
  assert.ok(
    (await stand(scene)).every((row) => row.includes(" m1 ")),
    "a dry run changes nothing",
  );

  const done = answerOf(await delivery(scene.url, ["redrive", ...filter, "--cause", "permanent"]));
  assert.deepEqual([done["moved"], done["refused"]], [2, { "no-channel": 1 }]);
  assert.deepEqual(await stand(scene), [
    "1 SCHEDULED m2 email,sms redrive",
    "2 SCHEDULED m2 email,sms redrive",
    "3 DEAD m1 email,sms permanent",
    "4 DEAD m1 email,sms unknown-outcome",
    "5 DEAD m1 email,sms exhausted",
    "6 SCHEDULED m1 email,sms released",
  ]);
  const open = await listDeadLetters(scene.owner, {}, { afterId: 0, limit: 10 });
  assert.deepEqual(
    open.map(({ billId, cause }) => `${billId - bill(0)} ${cause}`),
    ["3 permanent", "4 unknown-outcome", "5 exhausted"],
  );
});

void test("redrive and convert by number: each names what it cannot do, and converting leaves one channel", async (t) => {
  const scene = await month(t, 3);
  await giveUp(scene.owner, address, [1, 2, 3]);
  const converted = answerOf(await delivery(scene.url, ["convert", "1", "2"]));
  assert.deepEqual([converted["moved"], converted["byMove"]], [2, { "DEAD → SCHEDULED sms": 2 }]);
  const again = await delivery(scene.url, ["redrive", "1", "99"]);
  assert.equal(again.code, 43, "refused for every one of them");
  assert.deepEqual(answerOf(again)["refused"], { "stale-message": 1, "no-such-message": 1 });
  const none = await delivery(scene.url, ["redrive"]);
  assert.equal(none.code, 43);
  assert.match(none.stderr, /which\? Give numbers/);
  assert.deepEqual((await stand(scene)).slice(0, 2), [
    "1 SCHEDULED m2 sms redrive",
    "2 SCHEDULED m2 sms redrive",
  ]);
});

void test("the message of a bill that a later generation changed is refused; of one that is the same it is not", async (t) => {
  const scene = await month(t, 4);
  await giveUp(scene.owner, address, [1, 2, 3]);
  await scene.owner.query("update notifications set state = 'SENT', reason = 'sent' where bill_id = $1", [
    bill(4),
  ]);
  await scene.owner.query("update generations set state = 'superseded'");
  await insertLiveGeneration(scene.owner, { period: "2026-10", generation: 2 }, 4);
  // Bill 1 changed and has a message of its own; 2 is the same and has none; 3 is the same, but was announced again.
  await scene.owner.query("update bills set digest = 'other' where generation = 2 and bill_id = any($1)", [
    [bill(1), bill(4)],
  ]);
  await scene.owner.query("delete from notifications where generation = 2 and bill_id = $1", [bill(2)]);
  const done = answerOf(await delivery(scene.url, ["redrive", "--generation", "1"]));
  assert.deepEqual([done["moved"], done["refused"]], [1, { "bill-superseded": 2 }]);
  assert.deepEqual((await stand(scene)).slice(0, 4), [
    "1 DEAD m1 email,sms permanent",
    "2 SCHEDULED m2 email,sms redrive",
    "3 DEAD m1 email,sms permanent",
    "4 SENT m1 email,sms sent",
  ]);
  await scene.owner.query("delete from notifications where generation = 2");
  const resent = await delivery(scene.url, ["resend", String(bill(4)), "--reason", "lost"]);
  assert.deepEqual([resent.code, answerOf(resent)["refused"]], [43, { "bill-superseded": 1 }]);
});

void test("force: one member, now instead of the send day; not in quiet hours, unless with a reason", async (t) => {
  const scene = await month(t, 3, () => ({ dueInSeconds: 86_400 * 10 }));
  const due = async (number: number): Promise<unknown> => {
    const { rows } = await scene.owner.query<{ due: string; reason: string }>(
      `select to_char(due_at at time zone 'Asia/Seoul', 'DD HH24:MI') as due, reason from notifications where bill_id = $1`,
      [bill(number)],
    );
    return rows[0];
  };
  await scene.owner.query(
    "insert into accounts (id, member_id, currency, joined_on) values (1, 1, 'KRW', '2020-01-01')",
  );
  const stranger = await delivery(scene.url, ["force", "--member", "77", "--period", "2026-10"]);
  assert.deepEqual([stranger.code, stranger.stderr.includes("member 77 has no account")], [43, true]);
  const forced = await delivery(scene.url, ["force", "--member", "1", "--period", "2026-10"]);
  assert.equal(forced.code, 0, forced.stderr);
  assert.deepEqual(await due(1), { due: "02 12:00", reason: "forced" });
  assert.deepEqual(await due(2), { due: "12 12:00", reason: "released" });
  await setBillingClock(scene.owner, "2026-11-02T23:30:00+09:00");
  await delivery(scene.url, ["force", String(bill(2))]);
  assert.deepEqual(await due(2), { due: "03 08:00", reason: "forced" });
  const unsaid = await delivery(scene.url, ["force", String(bill(3)), "--even-in-quiet-hours"]);
  assert.deepEqual([unsaid.code, unsaid.stderr.includes("needs --reason")], [43, true]);
  await delivery(scene.url, [
    "force",
    String(bill(3)),
    "--even-in-quiet-hours",
    "--reason",
    "asked for by phone",
  ]);
  assert.deepEqual(await due(3), { due: "02 23:30", reason: "forced-in-quiet-hours" });
});

void test("resend: only what was sent, only with a reason, under a new message generation", async (t) => {
  const scene = await month(t, 2);
  await scene.owner.query(
    "update notifications set state = 'SENT', reason = 'sent', provider = 'a', provider_message_id = 'p1', seq = 3 where bill_id = $1",
    [bill(1)],
  );
  assert.equal((await delivery(scene.url, ["resend", String(bill(1))])).code, 43);
  const done = answerOf(
    await delivery(scene.url, ["resend", String(bill(1)), String(bill(2)), "--reason", "lost"]),
  );
  assert.deepEqual([done["moved"], done["refused"]], [1, { "wrong-state": 1 }]);
  const { rows } = await scene.owner.query(
    "select message_generation as m, seq, provider, provider_message_id as p from notifications where bill_id = $1",
    [bill(1)],
  );
  assert.deepEqual(rows, [{ m: 2, seq: 3, provider: null, p: null }]);
});

void test("cancel: what the filter leaves of what is under way, in pages, and no more than the limit", async (t) => {
  const scene = await month(t, 12_000);
  await scene.owner.query("update notifications set state = 'SENT' where bill_id % 3 = 0");
  await scene.owner.query("update notifications set channel = 'sms' where bill_id % 3 = 1");
  const which = ["cancel", "--period", "2026-10", "--generation", "1", "--channel", "email"];
  const some = answerOf(await delivery(scene.url, [...which, "--limit", "100"]));
  assert.deepEqual([some["moved"], some["more"]], [100, true]);
  const rest = answerOf(await delivery(scene.url, which));
  assert.deepEqual([rest["moved"], rest["more"]], [3_900, false]);
  const { rows } = await scene.owner.query(
    "select state, channel, count(*) as n from notifications group by 1, 2 order by 1, 2",
  );
  assert.deepEqual(rows, [
    { state: "SCHEDULED", channel: "sms", n: 4_000 },
    { state: "SENT", channel: "email", n: 4_000 },
    { state: "CANCELLED", channel: "email", n: 4_000 },
  ]);
});

void test("10,000 dead letters are redriven in pages by key, without a look at any other row", async (t) => {
  const scene = await month(t, 40_000);
  await giveUp(
    scene.owner,
    address,
    Array.from({ length: 10_000 }, (_, index) => (index + 1) * 2),
  );
  await scene.owner.query("analyze");
  const admin = await connect({ url: scene.url, role: "billing_admin", applicationName: "tests" });
  t.after(() => admin.end());
  await admin.query(
    "insert into commands (id, kind, body, actor) values ('00000000-0000-4000-8000-000000000001', 'redrive', '{}', 'kim')",
  );
  const counters = async (): Promise<{ scans: number; commits: number }> => {
    await scene.owner.query("select pg_stat_force_next_flush()");
    const { rows } = await scene.owner.query<{ scans: number; commits: number }>(
      `select sum(seq_scan)::bigint as scans, 0 as commits from pg_stat_user_tables
        where relname in ('notifications_2026_10_g1')`,
    );
    return rows[0] ?? { scans: -1, commits: 0 };
  };
  const before = await counters();
  const startedMs = performance.now();
  const statements: string[] = [];
  const counting = {
    query: (text: unknown, ...rest: unknown[]) => {
      statements.push(String(text).slice(0, 60).trim());
      return (admin.query as (...all: unknown[]) => unknown)(text, ...rest);
    },
  } as Pick<Client, "query">;
  const tally = await inTransactionOn(admin, () =>
    moveMessages(
      counting,
      deadLetterTargets(counting, { channel: "sms" }, 100_000),
      decideBy({ kind: "redrive", evenIfMaybeSent: false }),
      "00000000-0000-4000-8000-000000000001",
    ),
  );
  t.diagnostic(
    `10,000 redriven in ${Math.round(performance.now() - startedMs)} ms, ${statements.length} statements`,
  );
  assert.deepEqual([tally.moved, tally.more, tally.sample.length], [10_000, false, 20]);
  assert.ok(statements.length < 20, `a handful of statements, not one a message: ${statements.length}`);
  await admin.query("select pg_stat_force_next_flush()");
  assert.equal((await counters()).scans, before.scans, "the month was not scanned");
});

void test("the list: pages by number, filters, counts; contacts masked, with key and reason only, and audited", async (t) => {
  const scene = await month(t, 5);
  await giveUp(scene.owner, address, [1, 2, 3], "permanent");
  await giveUp(scene.owner, address, [4, 5], "exhausted");
  const first = answerOf(await delivery(scene.url, ["dead-letters", "--limit", "2"]));
  const second = answerOf(
    await delivery(scene.url, ["dead-letters", "--limit", "2", "--after", String(first["next"])]),
  );
  const ids = (answer: Record<string, unknown>): unknown[] =>
    (answer["deadLetters"] as { id: number }[]).map(({ id }) => id);
  assert.deepEqual([...ids(first), ...ids(second)], [1, 2, 3, 4]);
  const counted = answerOf(await delivery(scene.url, ["dead-letters", "--count"]));
  assert.deepEqual(counted, {
    counts: [
      { channel: "sms", cause: "permanent", letters: 3 },
      { channel: "sms", cause: "exhausted", letters: 2 },
    ],
    atLeast: false,
  });
  const future = ["dead-letters", "--died-from", "2999-01-01T00:00:00Z"];
  assert.deepEqual(ids(answerOf(await delivery(scene.url, future))), []);

  const silent = await delivery(scene.url, ["dead-letters", "--contacts"], testKeys);
  assert.deepEqual([silent.code, silent.stdout], [43, ""]);
  const keyless = await delivery(scene.url, ["payload", "1", "--reason", "complaint 17"]);
  assert.deepEqual([keyless.code, keyless.stderr.includes("ENCRYPTION_KEYS")], [43, true]);
  const why = ["--reason", "complaint 17", "--as", "kim"];
  const masked = await delivery(scene.url, ["dead-letters", "--contacts", ...why], testKeys);
  assert.match(masked.stdout, /"contact":"m\*\*\*\*@example.com"/);
  assert.doesNotMatch(masked.stdout, /m1@example/);
  const opened = answerOf(await delivery(scene.url, ["payload", "1", ...why], testKeys));
  assert.deepEqual([opened["to"], opened["content"]], ["m1@example.com", { subject: "Your bill" }]);
  const { rows } = await scene.owner.query(
    "select actor, action, subject, detail ->> 'reason' as why from audit_log order by id",
  );
  assert.deepEqual(rows, [
    { actor: "kim", action: "dead-letters.contacts", subject: "dead-letters", why: "complaint 17" },
    { actor: "kim", action: "dead-letter.payload", subject: "dead-letter:1", why: "complaint 17" },
  ]);
});
