import type { CompiledTariff } from "../../../billing/tariff/compiled.ts";
import { readBills, type StoredBill } from "../../../database/bills/read-bills.ts";
import { periodOfBill } from "../../../database/commands/message-target.ts";
import type { GenerationAddress } from "../../../database/generations/address.ts";
import {
  liveGeneration,
  loadGeneration,
  type Generation,
} from "../../../database/generations/load-generation.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import { notFound } from "../../http/problem.ts";
import { monthTariff } from "./compiled-tariff.ts";

/** A stored bill with what it was computed by. */
export interface FiledBill extends GenerationAddress {
  readonly bill: StoredBill;
  readonly ledger: Generation;
  /** `name@version`. */
  readonly tariffName: string;
  readonly tariff: CompiledTariff;
}

/** Which bill: by its number, of a generation, or the one that the member owes by. */
export interface BillReference {
  readonly billId: number;
  readonly generation: number | undefined;
}

/** Where a bill stands: the named generation, or the live one; 404 when the number is no bill's or nothing is live. */
export async function addressOfBill(
  client: Queryable,
  { billId, generation }: BillReference,
): Promise<GenerationAddress> {
  const period = periodOfBill(billId);
  const number = period === null ? null : (generation ?? (await liveGeneration(client, period)));
  if (period === null || number === null) throw notFound(`bill ${billId}`);
  return { period, generation: number };
}

/** The bill with its tariff; 404 when there is none, 409 when its tariff cannot be used any more. */
export async function billOnFile(client: Queryable, reference: BillReference): Promise<FiledBill> {
  const address = await addressOfBill(client, reference);
  const ledger = await loadGeneration(client, address);
  const [bill] = ledger === null ? [] : await readBills(client, address, [reference.billId]);
  if (ledger === null || bill === undefined) {
    throw notFound(`bill ${reference.billId} in generation ${address.generation}`);
  }
  const tariff = await monthTariff(client, address.period, ledger.tariffId);
  return { ...address, bill, ledger, tariffName: tariff.name, tariff: tariff.compiled };
}
