import { explainBill, type ExplainedLine } from "../../billing/explain.ts";
import type { Locale } from "../../billing/item-label.ts";
import { decodeSnapshot } from "../../billing/snapshot.ts";
import { replays } from "../../billing/replay.ts";
import { readBills, type StoredBill } from "../../database/bills/read-bills.ts";
import { liveGeneration, loadGeneration } from "../../database/generations/load-generation.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { loadRunTariff } from "../run-tariff.ts";

/** A stored bill, explained line by line and computed again. */
export interface ExplainedBill {
  readonly bill: StoredBill;
  readonly period: string;
  readonly tariff: string;
  readonly currency: string;
  readonly lines: readonly ExplainedLine[];
  /** Whether the bill came out the same when it was computed again from its snapshot. */
  readonly replayed: boolean;
}

/** Which bill to explain; without a generation, the live one. */
export interface BillReference {
  readonly billId: number;
  readonly generation: number | null;
  readonly locale: Locale;
}

/** Explains a bill; throws PermanentError `unknown-bill` when there is none of that number. */
export async function explainStored(client: Queryable, reference: BillReference): Promise<ExplainedBill> {
  const { billId, locale } = reference;
  const period = periodOfBill(billId);
  const number = reference.generation ?? (await liveGeneration(client, period));
  if (number === null)
    throw new PermanentError("unknown-bill", `${period} has no live generation; name one by --generation`);
  const generation = await loadGeneration(client, { period, generation: number });
  const [bill] = await readBills(client, { period, generation: number }, [billId]);
  if (generation === null || bill === undefined) {
    throw new PermanentError("unknown-bill", `generation ${number} of ${period} has no bill ${billId}`);
  }
  const tariff = await loadRunTariff(client, period, { id: generation.tariffId });
  return {
    bill,
    period,
    tariff: `${tariff.stored.name}@${tariff.stored.version}`,
    currency: generation.currency,
    lines: explainBill(tariff.compiled, decodeSnapshot(bill.snapshot), locale),
    replayed: replays(tariff.compiled, bill),
  };
}

/** `YYYY-MM` of a bill's number (yyyymm · 10^10 + account); throws PermanentError `unknown-bill` when it is none. */
function periodOfBill(billId: number): string {
  const month = String(Math.floor(billId / 1e10));
  if (!/^\d{4}(0[1-9]|1[0-2])$/.test(month)) {
    throw new PermanentError(
      "unknown-bill",
      `${billId} is not a bill number: they begin with the month, as 202610…`,
    );
  }
  return `${month.slice(0, 4)}-${month.slice(4)}`;
}
