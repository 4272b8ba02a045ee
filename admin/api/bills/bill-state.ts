import type { BillRow } from "../../../database/bills/bill-rows.ts";
import type { billStates } from "./schemas.ts";

type BillState = (typeof billStates)[number];

/**
 * Where a bill stands: what was changed on it by hand or by a payment, else what became of its generation and of its
 * message, else what settlement stored.
 */
export function billStateOf({ changedState, storedState, generationState, message }: BillRow): BillState {
  if (changedState !== null) return changedState as BillState;
  if (generationState === "superseded" || generationState === "abandoned") return "superseded";
  if (message?.state === "SENT" || message?.state === "DELIVERED") return "sent";
  if (message?.state === "SCHEDULED" && message.reason === "held") return "onHold";
  return storedState as BillState;
}
