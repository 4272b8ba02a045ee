import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import fc from "fast-check";
import { explainStored } from "../../jobs/explain/explain-stored.ts";
import { readPlanReport, type PlanReport } from "../../database/report/plan-report.ts";
import {
  cloneOf,
  emptyCarrier,
  expectDone,
  PERIOD,
  populate,
  populatedOriginal,
  type Carrier,
} from "./support.ts";

let original = "";

before(async (t) => {
  const carrier = await cloneOf(t as TestContext, await populatedOriginal(t as TestContext, 120));
  await carrier.goLive();
  original = carrier.url;
  await carrier.client.end();
});

interface BillRow {
  readonly id: number;
  readonly account: number;
  readonly total: number;
}

async function billRows(carrier: Carrier, generation = 1): Promise<BillRow[]> {
  return await carrier.rows<BillRow>(
    "select bill_id as id, account_id as account, total_minor as total from bills where generation = $1 order by 1",
    [generation],
  );
}

/** Raises one account by 5,000, lowers one by 1,000, takes one bill away and adds one: what the report must say. */
async function changeFour(
  carrier: Carrier,
  bills: readonly BillRow[],
): Promise<{ raised: BillRow; lowered: BillRow; gone: BillRow }> {
  const [gone, ...others] = bills.filter((bill) => bill.total > 20_000);
  const [raised, lowered] = others;
  assert.ok(gone && raised && lowered);
  for (const [account, amount] of [
    [raised.account, 5000],
    [lowered.account, -1000],
  ] as const) {
    await carrier.client.query(
      `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
       select id, bucket, '2026-10-01', 'final', $2, 'test', 'test' from accounts where id = $1`,
      [account, amount],
    );
  }
  await carrier.client.query("update subscriptions set plan = 'no-such-plan' where account_id = $1", [
    gone.account,
  ]);
  await carrier.client.query(
    `insert into accounts (id, member_id, currency, joined_on)
     select 77, min(id), 'KRW', '2026-01-01' from members;
     insert into subscriptions (id, account_id, bucket, plan, started_on) select 77, 77, bucket_of(77), 'kr-5g-30', '2026-01-01'`,
  );
  return { raised, lowered, gone };
}

test("the report states the difference from the live generation to the won", async (t) => {
  const carrier = await cloneOf(t, original);
  const bills = await billRows(carrier);
  const { raised, lowered, gone } = await changeFour(carrier, bills);
  await carrier.client.query("update notifications set state = 'SENT', seq = 1 where bill_id = $1", [
    raised.id,
  ]);
  const digest = await carrier.prove(8, 2);
  const report = await readPlanReport(carrier.client, { period: PERIOD, generation: 2 });
  const added = (await billRows(carrier, 2)).find((bill) => bill.account === 77)?.total ?? 0;
  assert.equal(added, 33_000);

  const before = bills.reduce((sum, bill) => sum + bill.total, 0);
  assert.equal(report.totalMinor, BigInt(before + 5000 - 1000 - gone.total + added));
  assert.deepEqual(report.comparison, {
    baseline: { period: PERIOD, generation: 1 },
    baselineTotalMinor: BigInt(before),
    difference: {
      unchanged: bills.length - 3,
      changed: 2,
      added: 1,
      removed: 1,
      raisedMinor: 5000n,
      loweredMinor: 1000n,
    },
    movers: [
      { accountId: gone.account, beforeMinor: gone.total, afterMinor: 0 },
      { accountId: 77, beforeMinor: 0, afterMinor: added },
      { accountId: raised.account, beforeMinor: raised.total, afterMinor: raised.total + 5000 },
      { accountId: lowered.account, beforeMinor: lowered.total, afterMinor: lowered.total - 1000 },
    ].sort(
      (one, other) =>
        Math.abs(other.afterMinor - other.beforeMinor) - Math.abs(one.afterMinor - one.beforeMinor) ||
        one.accountId - other.accountId,
    ),
  });
  assert.deepEqual(report.messages, { first: 2, corrections: 1, undecided: 0, none: bills.length - 3 });
  assert.equal(report.digest, digest);
  assert.deepEqual(
    report.held.map(({ reason, accounts, exampleAccountId }) => [reason, accounts, exampleAccountId]),
    [["missing-plan", 1, gone.account]],
  );

  const args = ["report", "--period", PERIOD, "--generation", "2"];
  const asJson = await carrier.run([...args, "--json"]);
  expectDone(asJson);
  const printed = JSON.parse(asJson.printed.join("\n")) as { totalMinor: string; digest: string };
  assert.deepEqual([printed.totalMinor, printed.digest], [report.totalMinor.toString(), digest]);
  const asText = (await carrier.run(args)).printed.join("\n");
  assert.match(asText, /2 changed \(\+5,000 KRW, -1,000 KRW\), 1 new, 1 gone/);
  assert.match(asText, /^Promoting it sends 2 first messages, 1 corrections, none for \d+ bills/m);
  assert.ok(asText.includes(digest));
});

test("without a proof there is no report, and a generation that is live compares with the month before", async (t) => {
  const carrier = await cloneOf(t, original);
  const live = await readPlanReport(carrier.client, { period: PERIOD, generation: 1 });
  assert.equal(live.comparison, null);
  expectDone(await carrier.prepare());
  await assert.rejects(readPlanReport(carrier.client, { period: PERIOD, generation: 2 }), /not verified yet/);
  await assert.rejects(
    readPlanReport(carrier.client, { period: PERIOD, generation: 3 }),
    /has no generation 3/,
  );
});

test("a stored bill explains itself line by line, in sums that make up its total", async (t) => {
  const carrier = await cloneOf(t, original);
  for (const { id, total } of (await billRows(carrier)).slice(0, 40)) {
    for (const locale of ["ko", "en"] as const) {
      const explained = await explainStored(carrier.client, { billId: id, generation: null, locale });
      assert.equal(explained.replayed, true);
      assert.equal(
        explained.lines.reduce((sum, line) => sum + line.amountMinor, 0),
        total,
      );
      assert.deepEqual(
        explained.lines.map((line) => line.amountMinor),
        explained.bill.items.map((item) => item.amountMinor),
      );
    }
  }
});

const tampering: readonly [string, string][] = [
  ["an amount", "update bill_items set amount_minor = amount_minor + 1 where bill_id = $1 and line = 1"],
  ["a rate", "update bill_items set rate_micro = rate_micro + 1 where bill_id = $1 and line = 1"],
  ["a quantity", "update bill_items set quantity_milli = quantity_milli + 1 where bill_id = $1 and line = 1"],
  ["the total", "update bills set total_minor = total_minor - 10 where bill_id = $1"],
  ["the tax", "update bills set tax_minor = tax_minor - 1 where bill_id = $1"],
  ["the account", "update bills set account_id = account_id + 1 where bill_id = $1"],
  [
    "a line's code",
    "update bill_items set code_id = (select max(id) from item_codes) where bill_id = $1 and line = 1",
  ],
  [
    "the snapshot",
    "update bills set snapshot = regexp_replace(snapshot::text, '\"kr-[a-z0-9-]+\"', '\"kr-lte-10\"')::json where bill_id = $1",
  ],
];

test("whatever is changed of a stored bill, computing it again tells", async (t) => {
  const carrier = await cloneOf(t, original);
  const bills = (await billRows(carrier)).filter((bill) => bill.total > 20_000);
  for (const [index, [what, sql]] of tampering.entries()) {
    const billId = bills[index]?.id ?? 0;
    await carrier.client.query(sql, [billId]);
    const explained = await explainStored(carrier.client, { billId, generation: 1, locale: "en" });
    assert.equal(explained.replayed, false, what);
  }
  const program = await carrier.run(["explain", "--bill", String(bills[0]?.id)]);
  assert.equal(program.code, 1);
  assert.match(program.printed.join("\n"), /it comes out DIFFERENT from what is stored/);
  const sound = await carrier.run(["explain", "--bill", String(bills.at(-1)?.id)]);
  assert.equal(sound.code, 0);
  const nobody = await carrier.run(["explain", "--bill", "2026109999999999"]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.error, /has no bill 2026109999999999/);
});

/** The report's own sums, and those of the tables, agree. */
async function assertSums(carrier: Carrier, report: PlanReport): Promise<void> {
  const items = report.items.reduce((sum, item) => sum + item.amountMinor, 0n);
  assert.equal(items, report.totalMinor);
  assert.equal(
    report.totalMinor,
    BigInt(await carrier.value<string>("select coalesce(sum(total_minor), 0)::text from bills")),
  );
  const { expected, billed, held, excluded } = report.members;
  assert.equal(billed + held + excluded, expected);
  assert.equal(await carrier.value("select coalesce(min(total_minor), 0) >= 0 from bills"), true);
}

test("of small random populations, the report's items sum to its total", async (t) => {
  const populations = fc.sample(
    fc.record({ members: fc.integer({ min: 1, max: 60 }), seed: fc.nat(100_000) }),
    {
      numRuns: 3,
      seed: 20261001,
    },
  );
  for (const { members, seed } of populations) {
    const carrier = await emptyCarrier(t);
    await populate(carrier.url, members, seed);
    await carrier.prove(members % 5 === 0 ? 5 : 2);
    await assertSums(carrier, await readPlanReport(carrier.client, { period: PERIOD, generation: 1 }));
  }
});
