import type { JudgedReceipt, Receipt } from "../database/receipts/receipt-row.ts";
import type { ReceivedMessage } from "../database/receipts/lock-messages.ts";
import type { ReceivedMove } from "../database/receipts/write-received.ts";
import type { MessageIdentity } from "../notification/idempotency-key.ts";
import type { NotificationRow } from "../notification/notification-row.ts";
import { DEFAULT_POLICY } from "../notification/policy.ts";
import { transition } from "../notification/state.ts";
import type { DeliveryRules } from "../notification/transition.ts";

/**
 * Receipts are no attempts, so ladders do not matter. Quiet hours are left to the consumer that claims the row next:
 * this process has no right to read a member's.
 */
const rules: DeliveryRules = {
  ladders: DEFAULT_POLICY.ladders,
  maxUnknownOutcomes: DEFAULT_POLICY.maxUnknownOutcomes,
  quiet: { zone: "UTC", windows: [] },
};

/** A receipt whose message is known. */
export interface NamedReceipt {
  readonly receipt: Receipt;
  readonly message: MessageIdentity;
}

/** What receipts of one generation make of its rows. */
export interface Judgement {
  /** In the order of the receipts. */
  readonly judged: readonly JudgedReceipt[];
  /** Each row once. */
  readonly moves: readonly ReceivedMove[];
  /** Bills whose standing message, and no former one, was told of, by receipt. */
  readonly current: ReadonlySet<Receipt>;
}

/** Asks the state machine, receipt by receipt; several of one message follow one another. Pure. */
export function judgeReceipts(
  named: readonly NamedReceipt[],
  messages: ReadonlyMap<number, ReceivedMessage>,
  nowMs: number,
): Judgement {
  const rows = new Map<number, NotificationRow>();
  const moves = new Map<number, ReceivedMove>();
  const current = new Set<Receipt>();
  const judged = named.map(({ receipt, message }): JudgedReceipt => {
    const found = messages.get(message.billId);
    if (found === undefined) {
      return { receipt, message, effect: "unknown-message", fromState: null, toState: null };
    }
    const row = rows.get(message.billId) ?? found.row;
    if (row.messageGeneration === message.messageGeneration) current.add(receipt);
    const { messageGeneration, channel } = message;
    const told = { kind: "receipt", what: receipt.kind, messageGeneration, channel, nowMs } as const;
    const result = transition(row, { ...told, billHolds: found.billHolds }, rules);
    if (result.kind === "refused") {
      return { receipt, message, effect: result.why, fromState: row.state, toState: row.state };
    }
    rows.set(message.billId, result.row);
    const former = moves.get(message.billId);
    moves.set(message.billId, {
      before: found.row,
      after: result.row,
      providerMessageId: receipt.providerMessageId ?? former?.providerMessageId ?? null,
      code: receipt.code,
    });
    return { receipt, message, effect: "moved", fromState: row.state, toState: result.row.state };
  });
  return { judged, moves: [...moves.values()], current };
}
