import type { ContactState } from "../../notification/channel-plan.ts";
import type { NotificationRow } from "../../notification/notification-row.ts";
import { isQuiet } from "../../notification/quiet-hours.ts";
import { transition } from "../../notification/state.ts";
import { billingNowMs, type ClaimedMessage } from "./claimed-message.ts";

/** Whether a claimed message is sent, or what becomes of it instead and why. */
export type BeforeSend =
  | { readonly kind: "send" }
  | {
      readonly kind: "settled";
      readonly row: NotificationRow;
      readonly why: "quiet" | "unreachable" | "suppressed";
    };

/**
 * The last look before a send: not in quiet hours, which may have begun since the message was queued; not nowhere, and
 * not to an address that bounced or complained since it was planned.
 */
export function beforeSend(message: ClaimedMessage, contact: ContactState): BeforeSend {
  const { row, rules } = message;
  const nowMs = billingNowMs(message);
  if (isQuiet(nowMs, rules.quiet)) {
    const result = transition(row, { kind: "quiet-now", seq: row.seq, nowMs }, rules);
    if (result.kind === "moved") return { kind: "settled", row: result.row, why: "quiet" };
  }
  if (contact !== "usable") {
    const result = transition(row, { kind: "unreachable", seq: row.seq, nowMs, why: contact }, rules);
    const why = contact === "missing" ? "unreachable" : "suppressed";
    if (result.kind === "moved") return { kind: "settled", row: result.row, why };
  }
  return { kind: "send" };
}
