import { parseArgs } from "node:util";
import { billAccount } from "../../billing/bill-account.ts";
import { billDigest } from "../../billing/bill-digest.ts";
import type { Bill } from "../../billing/bill.ts";
import { encodeSnapshot } from "../../billing/snapshot.ts";
import { billId } from "../../database/bills/leaf.ts";
import { parseTariffReference } from "../../database/tariffs/load-tariff.ts";
import { loadRunTariff, type RunTariff } from "../../jobs/run-tariff.ts";
import { connect, inTransactionOn, type Client } from "../../platform/postgres.ts";
import { readPage } from "./chunk-queries.ts";

// The customary way to settle, for comparison: pages of 1,000 accounts by key, the same rating, multi-row inserts (UNNEST)
// into the partitioned tables, one transaction a page. Usage: chunk-worker.ts --url … --period … --tariff … --generation …
// --from … --to …

const PAGE = 1_000;

const { values } = parseArgs({
  options: {
    url: { type: "string", default: "" },
    period: { type: "string", default: "" },
    tariff: { type: "string", default: "" },
    generation: { type: "string", default: "" },
    from: { type: "string", default: "" },
    to: { type: "string", default: "" },
  },
});

interface Settled {
  readonly bill: Bill;
  readonly digest: Buffer;
  readonly snapshot: string;
}

async function insertPage(client: Client, tariff: RunTariff, settled: readonly Settled[]): Promise<void> {
  const generation = Number(values.generation);
  const ids = settled.map(({ bill }) => billId(values.period, bill.accountId));
  await client.query(
    `insert into bills (bill_id, account_id, generation, partition_index, item_count, state, taxable_minor, tax_minor,
       total_minor, digest, snapshot)
     select b.bill_id, b.account_id, $9, 0, b.items, 'validated', b.taxable, b.tax, b.total, b.digest, b.snapshot::json
     from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[], $8::text[])
       as b (bill_id, account_id, items, taxable, tax, total, digest, snapshot)`,
    [
      ids,
      settled.map(({ bill }) => bill.accountId),
      settled.map(({ bill }) => bill.items.length),
      settled.map(({ bill }) => bill.taxableMinor),
      settled.map(({ bill }) => bill.taxMinor),
      settled.map(({ bill }) => bill.totalMinor),
      settled.map(({ digest }) => digest),
      settled.map(({ snapshot }) => snapshot),
      generation,
    ],
  );
  const items = settled.flatMap(({ bill }, index) =>
    bill.items.map((item, line) => ({ ...item, billId: ids[index], line: line + 1 })),
  );
  await client.query(
    `insert into bill_items (bill_id, quantity_milli, rate_micro, amount_minor, generation, partition_index, line, code_id)
     select i.bill_id, i.quantity, i.rate, i.amount, $7, 0, i.line, i.code
     from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::smallint[], $6::smallint[])
       as i (bill_id, quantity, rate, amount, line, code)`,
    [
      items.map((item) => item.billId),
      items.map((item) => item.quantityMilli),
      items.map((item) => item.rateMicro),
      items.map((item) => item.amountMinor),
      items.map((item) => item.line),
      items.map((item) => tariff.codeIds.get(item.code)),
      generation,
    ],
  );
}

const client = await connect({ url: values.url, applicationName: "bench-chunked" });
const tariff = await loadRunTariff(client, values.period, parseTariffReference(values.tariff));
let after = Number(values.from);
const upTo = Number(values.to);
for (;;) {
  const billed = await inTransactionOn(client, async () => {
    const page = await readPage(client, tariff, { after, upTo, size: PAGE });
    const settled = page.flatMap((input) => {
      const outcome = billAccount(tariff.compiled, input);
      if (outcome.kind === "held") return [];
      return [{ bill: outcome.bill, digest: billDigest(outcome.bill), snapshot: encodeSnapshot(input) }];
    });
    await insertPage(client, tariff, settled);
    after = page.at(-1)?.accountId ?? upTo;
    return page.length;
  });
  if (billed < PAGE) break;
}
await client.end();
