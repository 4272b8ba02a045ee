import type { z } from "zod";
import type { BillRow } from "../../../database/bills/bill-rows.ts";
import { billStateOf } from "./bill-state.ts";
import type { billSummary } from "./schemas.ts";

/** States of a message in which its `due_at` says when it leaves next. */
const dueStates: ReadonlySet<string> = new Set(["SCHEDULED", "UNKNOWN"]);

/** A bill as lists tell it. */
export function toldBill(row: BillRow): z.input<typeof billSummary> {
  const { billId, accountId, memberId, period, generation, currency, itemCount } = row;
  return {
    ...{ billId, accountId, memberId, period, generation, currency, itemCount },
    live: row.generationState === "live",
    state: billStateOf(row),
    taxableMinor: String(row.taxableMinor),
    taxMinor: String(row.taxMinor),
    totalMinor: String(row.totalMinor),
    message: row.message === null ? null : toldMessage(row.message),
  };
}

function toldMessage(message: NonNullable<BillRow["message"]>) {
  const { state, channel, reason, dueAt, messageGeneration } = message;
  // What a person holds has no day.
  const isDue = dueStates.has(state) && reason !== "held";
  return { state, channel, reason, messageGeneration, dueAt: isDue ? new Date(dueAt).toISOString() : null };
}
