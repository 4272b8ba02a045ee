import type { HeldAccount, HoldReason } from "../bill.ts";

/** The outcome of an account that cannot be billed; `detail` names the value and where it stands. */
export function held(accountId: number, reason: HoldReason, detail: string): HeldAccount {
  return { kind: "held", accountId, reason, detail };
}
