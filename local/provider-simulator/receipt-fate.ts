import { fraction } from "./fraction.ts";

/** What the simulator tells afterwards of one message. */
export interface SimulatedReceipt {
  readonly kind: "delivered" | "bounced" | "complained";
  readonly bounce?: "hard" | "soft";
  readonly code: string;
  /** Sent twice, under the same number. */
  readonly repeated: boolean;
  /** Names the message by the provider's number only. */
  readonly withoutKey: boolean;
  /** In [0, 1): how late it comes among the others. */
  readonly shuffle: number;
}

/** How often what is told, of all accepted messages. A hard bounce excludes the others. */
export interface ReceiptOdds {
  readonly seed: number;
  readonly delivered: number;
  readonly bounced: number;
  readonly softBounced: number;
  readonly complained: number;
  readonly repeats: number;
  readonly withoutKey: number;
}

const deliveredCode = "2.0.0";

/**
 * The receipts of an accepted message, in the order in which they would come: a pure function of the seed and the key.
 * Recipients `gone+…@` (numbers 0106666…) always bounce for good, `spam+…@` (0105555…) always complain.
 */
export function receiptFate(odds: ReceiptOdds, key: string, recipient: string): readonly SimulatedReceipt[] {
  const drawn = (of: string): number => fraction(`${odds.seed}|receipt|${of}|${key}`);
  const told = (
    kind: SimulatedReceipt["kind"],
    code: string,
    bounce?: "hard" | "soft",
  ): SimulatedReceipt => ({
    ...{ kind, code, ...(bounce !== undefined && { bounce }) },
    repeated: drawn(`${kind}${bounce ?? ""} repeated`) < odds.repeats,
    withoutKey: drawn(`${kind}${bounce ?? ""} without key`) < odds.withoutKey,
    shuffle: drawn(`${kind}${bounce ?? ""} shuffle`),
  });
  if (/^(gone[+.@]|0106666)/.test(recipient) || drawn("bounced") < odds.bounced) {
    return [told("bounced", "5.1.1", "hard")];
  }
  const receipts: SimulatedReceipt[] = [];
  if (drawn("soft") < odds.softBounced) receipts.push(told("bounced", "4.2.2", "soft"));
  const complains = /^(spam[+.@]|0105555)/.test(recipient) || drawn("complained") < odds.complained;
  if (complains || drawn("delivered") < odds.delivered) receipts.push(told("delivered", deliveredCode));
  if (complains) receipts.push(told("complained", "abuse"));
  return receipts;
}
