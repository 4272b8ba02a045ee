import assert from "node:assert/strict";
import { test } from "node:test";
import { abandonGeneration } from "../../database/run-ledger/abandon-generation.ts";
import { cloneOf, PERIOD, populatedOriginal } from "./support.ts";

const MEMBERS = 2000;

interface Totals {
  readonly billed: number;
  readonly held: number;
  readonly excluded: number;
  readonly items: number;
  readonly total: string;
}

test("a month settled in 1, 3, 8 or 64 partitions is the same set of bills", async (t) => {
  const carrier = await cloneOf(t, await populatedOriginal(t, MEMBERS));
  const counts = [1, 3, 8, 64];
  for (const [index, partitions] of counts.entries()) {
    const generation = index + 1;
    await carrier.prove(partitions, generation);
    await abandonGeneration(carrier.client, { period: PERIOD, generation });
  }

  const totals = await carrier.rows<Totals>(
    "select billed, held, excluded, items, total_minor::text as total from generations order by number",
  );
  assert.equal(totals.length, counts.length);
  for (const row of totals) assert.deepEqual(row, totals[0]);
  const [first] = totals;
  assert.ok(first);
  assert.ok(first.held === 1 && first.billed > MEMBERS * 0.9 && first.items > first.billed * 3);
  assert.equal(first.billed + first.held + first.excluded, MEMBERS);

  const sets = await carrier.rows<{ bills: number; digests: string; items: string }>(
    `select count(*) as bills,
       md5(string_agg(bill_id || encode(digest, 'hex') || snapshot::text, ',' order by bill_id)) as digests,
       (select md5(string_agg(concat_ws(':', bill_id, line, code_id, quantity_milli, rate_micro, amount_minor), ','
                              order by bill_id, line))
        from bill_items i where i.generation = b.generation) as items
     from bills b group by generation`,
  );
  assert.equal(sets.length, counts.length);
  for (const set of sets) assert.deepEqual(set, sets[0]);

  const ledger = await carrier.rows(
    `select generation, count(*) as partitions, sum(billed)::int as billed, sum(items)::int as items,
       sum(total_minor)::text as total, min(bucket_from) as first, max(bucket_to) as last
     from generation_partitions group by generation order by generation`,
  );
  assert.deepEqual(
    ledger,
    counts.map((partitions, index) => ({
      generation: index + 1,
      partitions,
      billed: first.billed,
      items: first.items,
      total: first.total,
      first: 0,
      last: 1024,
    })),
  );
  // The units that the ledger states are those of the item rows, meter by meter.
  const units = await carrier.rows<{ ledger: string; items: string }>(
    `select (select string_agg(concat_ws(' ', meter, units), ',' order by meter) from (
         select meter, sum(units::numeric) as units from generation_partitions p, jsonb_each_text(usage_milli) u (meter, units)
         where p.generation = g.number group by meter) l) as ledger,
       (select string_agg(concat_ws(' ', meter, units), ',' order by meter) from (
         select split_part(code, ':', 2) as meter, sum(quantity_milli) as units from bill_items i join item_codes c on c.id = code_id
         where i.generation = g.number and code like 'usage:%' group by 1) r) as items
     from generations g`,
  );
  for (const { ledger: stated, items } of units) assert.equal(stated, items);
  assert.match(units[0]?.items ?? "", /data \d+,.*voice \d+/);
  const batches = await carrier.rows(
    `select count(*) as rows, sum(total)::int as total, sum(failed)::int as failed
     from batch_log where job = 'settle' and generation = 4`,
  );
  assert.deepEqual(batches, [{ rows: 64, total: MEMBERS, failed: 1 }]);
});
