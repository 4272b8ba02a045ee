import assert from "node:assert/strict";
import { test } from "node:test";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { setBillingClock } from "../delivery/world.ts";
import { answerOf, delivery } from "./dead.ts";

const address = { period: "2026-10", generation: 1 };
const bill = (number: number): number => billIdOf(address.period, number);

void test("reserve: at the instant in a zone or with an offset, after quiet hours and holidays; not in the past, and once", async (t) => {
  const { url, connect: open } = await testDatabase(t);
  const scene = { url, owner: await open() };
  await setBillingClock(scene.owner, "2026-11-02T12:00:00+09:00");
  await insertLiveGeneration(scene.owner, address, 4, () => ({ dueInSeconds: 86_400 * 10 }));
  await scene.owner.query(
    `update generations set notification_policy = '{"holidays": ["2026-11-05"]}' where number = 1`,
  );
  const due = async (number: number): Promise<unknown> => {
    const { rows } = await scene.owner.query<Record<string, unknown>>(
      `select to_char(due_at at time zone 'Asia/Seoul', 'DD HH24:MI') as due, reason, wanted_at = due_at as wanted
         from notifications where bill_id = $1`,
      [bill(number)],
    );
    return rows[0];
  };
  const reserve = (...args: string[]) => delivery(scene.url, ["reserve", ...args]);
  const id = "00000000-0000-4000-8000-00000000000a";
  const first = [String(bill(1)), "--at", "2026-11-04T09:30", "--zone", "Asia/Seoul", "--command-id", id];
  const foreseen = answerOf(await reserve(...first, "--dry-run"));
  assert.deepEqual([foreseen["moved"], foreseen["status"]], [1, "dry-run"]);
  assert.deepEqual(await due(1), { due: "12 12:00", reason: "released", wanted: null });
  assert.equal(answerOf(await reserve(...first))["status"], "executed");
  assert.deepEqual(await due(1), { due: "04 09:30", reason: "reserved", wanted: true });
  // The same id again, after another order: nothing is moved back.
  await reserve(String(bill(1)), "--at", "2026-11-06T09:30:00+09:00");
  assert.match(String(answerOf(await reserve(...first))["status"]), /^executed before/);
  assert.deepEqual(await due(1), { due: "06 09:30", reason: "reserved", wanted: true });
  const elsewhere = await reserve(...first.with(2, "2026-11-07T09:30"));
  assert.deepEqual([elsewhere.code, elsewhere.stderr.includes("was another one")], [43, true]);

  // The night before a holiday, and through both by a person's word.
  await reserve(String(bill(2)), "--at", "2026-11-04T23:00+09:00");
  assert.deepEqual(await due(2), { due: "06 08:00", reason: "reserved", wanted: true });
  await reserve(
    String(bill(2)),
    "--at",
    "2026-11-05T23:00+09:00",
    "--even-in-quiet-hours",
    "--reason",
    "court",
  );
  assert.deepEqual(await due(2), { due: "05 23:00", reason: "forced-in-quiet-hours", wanted: true });

  await scene.owner.query("update notifications set state = 'QUEUED' where bill_id = $1", [bill(4)]);
  const refusals: readonly [string[], RegExp][] = [
    [[String(bill(3)), "--at", "2026-11-02T11:00+09:00"], /"in-the-past":1/],
    [[String(bill(3)), "--at", "2027-12-01T11:00+09:00"], /"too-far":1/],
    [[String(bill(4)), "--at", "2026-11-04T11:00+09:00"], /"wrong-state":1/],
    [[String(bill(3)), "--at", "2026-11-04T11:00"], /is a time of no place/],
    [[String(bill(3)), "--at", "2026-11-31T11:00+09:00"], /is no instant/],
    [
      [String(bill(3)), "--at", "2027-03-14T02:30", "--zone", "America/New_York"],
      /clocks of America\/New_York skip it/,
    ],
    [[String(bill(3)), "--at", "2026-11-04T11:00", "--zone", "Mars/Base"], /is no IANA zone/],
    [[String(bill(3)), "--at", "2026-11-04T11:00+09:00", "--even-in-quiet-hours"], /needs --reason/],
  ];
  for (const [args, says] of refusals) {
    const refused = await reserve(...args);
    assert.equal(refused.code, 43, args.join(" "));
    assert.match(refused.stdout + refused.stderr, says);
  }
  assert.deepEqual(await due(3), { due: "12 12:00", reason: "released", wanted: null });
  const audited = await scene.owner.query<{ reserved: number }>(
    "select count(*) as reserved from commands where kind = 'reserve' and state = 'done'",
  );
  assert.equal(audited.rows[0]?.reserved, 4);
});
