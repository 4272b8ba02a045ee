import { createReadStream } from "node:fs";
import { parse } from "csv-parse";
import { isUsageItem, meterOfItem } from "../../billing/tariff/item-codes.ts";

/** Charges in cents by account and band, as the exported files have them. */
export interface RatedCharges {
  /** Null when the account has no bill; 0 when its bill has no line for the band. */
  centsOf(account: number, band: string): number | null;
}

/** Reads the exports of bills and of items. */
export async function readRatedCharges(billsFile: string, itemsFile: string): Promise<RatedCharges> {
  const billed = new Set<number>();
  for await (const bill of rowsOf(billsFile)) billed.add(Number(bill["account"]));
  const cents = new Map<string, number>();
  for await (const item of rowsOf(itemsFile)) {
    const code = item["code"] ?? "";
    if (!isUsageItem(code)) continue;
    const key = `${item["account"] ?? ""} ${meterOfItem(code) ?? ""}`;
    cents.set(key, (cents.get(key) ?? 0) + Number(item["amount_minor"]));
  }
  return {
    centsOf: (account, band) => (billed.has(account) ? (cents.get(`${account} ${band}`) ?? 0) : null),
  };
}

function rowsOf(file: string): AsyncIterable<Readonly<Record<string, string>>> {
  return createReadStream(file).pipe(parse({ columns: true }));
}
