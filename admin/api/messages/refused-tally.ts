import type { z } from "zod";
import type { MoveTally } from "../../../database/commands/move-messages.ts";
import type { orderAnswer } from "./order-schemas.ts";

/** The answer of an order that was refused for every message: `why` by count and code, `code` of the one reason or `all-refused`. */
export function refusedTally(
  tally: MoveTally,
): z.input<typeof orderAnswer> & { readonly why: string; readonly code: string } {
  const codes = Object.keys(tally.refused);
  const why = Object.entries(tally.refused)
    .map(([code, count]) => `${count} ${code}`)
    .join(", ");
  const plain = { ...tally, byMove: {}, refused: { ...tally.refused }, sample: [] };
  return {
    ...{ status: "done", orderId: null, tally: plain, why: `nothing was moved: ${why}` },
    code: codes.length === 1 ? (codes[0] ?? "all-refused") : "all-refused",
  };
}
