import { explainBill } from "../../../billing/explain.ts";
import { itemLabel } from "../../../billing/item-label.ts";
import { replay as replayBill } from "../../../billing/replay.ts";
import type { BillInput } from "../../../billing/bill-input.ts";
import { decodeSnapshot, SnapshotFormatError } from "../../../billing/snapshot.ts";
import { billIdParam } from "../fields.ts";
import { conflict } from "../../http/problem.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { billOnFile } from "./bill-on-file.ts";
import { billItems, explanation, inLanguage, ofGeneration, replay } from "./schemas.ts";

const head = { role: "viewer", tag: "Bills", params: billIdParam } as const;

/** The lines as they are printed. */
export const getItems: Route = readRoute({
  ...head,
  path: "/bills/{billId}/items",
  summary: "The lines of a bill, with their labels",
  query: inLanguage,
  answer: billItems,
  read: async ({ params: { billId }, query: { generation, locale } }, { pool }) => {
    const filed = await billOnFile(pool, { billId, generation });
    return {
      billId,
      generation: filed.generation,
      currency: filed.ledger.currency,
      totalMinor: String(filed.bill.totalMinor),
      items: filed.bill.items.map(({ code, quantityMilli, rateMicro, amountMinor }, index) => ({
        line: index + 1,
        code,
        label: itemLabel(filed.tariff, code, locale),
        quantityMilli: String(quantityMilli),
        rateMicro: String(rateMicro),
        amountMinor: String(amountMinor),
      })),
    };
  },
});

/** Why each line is what it is. */
export const explainRoute: Route = readRoute({
  ...head,
  path: "/bills/{billId}/explanation",
  summary: "Why each line of a bill is what it is, to be checked with a pocket calculator",
  description: "As `explain --json` tells it.",
  query: inLanguage,
  answer: explanation,
  read: async ({ params: { billId }, query: { generation, locale } }, { pool }) => {
    const filed = await billOnFile(pool, { billId, generation });
    const { bill, tariff, tariffName, ledger, period } = filed;
    const lines = explainBill(tariff, readSnapshot(bill.snapshot), locale);
    return {
      ...{ billId, period, generation: filed.generation, accountId: bill.accountId },
      ...{ tariff: tariffName, currency: ledger.currency, totalMinor: String(bill.totalMinor) },
      lines: lines.map((line) => ({ ...line, amountMinor: String(line.amountMinor) })),
      replayed: replayBill(tariff, bill).holds,
    };
  },
});

/** Whether a bill is still what it was computed to be. */
export const replayRoute: Route = readRoute({
  ...head,
  path: "/bills/{billId}/replay",
  summary: "Whether a bill, computed again from what it was computed from, comes out the same",
  query: ofGeneration,
  answer: replay,
  read: async ({ params: { billId }, query }, { pool }) => {
    const { bill, tariff, generation } = await billOnFile(pool, { billId, generation: query.generation });
    readSnapshot(bill.snapshot);
    const { computed, rows, holds } = replayBill(tariff, bill);
    return {
      ...{ billId, generation, replayed: holds },
      digest: bill.digest.toString("hex"),
      computedDigest: computed?.toString("hex") ?? null,
      rowsDigest: rows.toString("hex"),
    };
  },
});

/** What a bill was computed from. A text that cannot be read is a damaged row, and says nothing of our own doing. */
function readSnapshot(text: string): BillInput {
  try {
    return decodeSnapshot(text);
  } catch (error) {
    if (!(error instanceof SnapshotFormatError)) throw error;
    throw conflict(
      "unreadable-snapshot",
      "what this bill was computed from cannot be read: its row was changed",
    );
  }
}
