import type { BillingRunStatus } from "../../crds/billing-run-status.ts";
import type { Reason } from "../../crds/conditions.ts";

/** What a person wants to know of a stage that was reached; undefined for a reason that is no such stage. */
export function stageWords(reason: Reason, status: BillingRunStatus): string | undefined {
  const { members, notifications, partitions, digest } = status;
  switch (reason) {
    case "Prepared":
      return `${count(members.expected)} accounts frozen, in ${partitions.total} partitions`;
    case "Settled":
      return `${count(members.billed)} billed, ${count(members.held)} held, ${count(members.excluded)} excluded${amount(status)}`;
    case "Verified":
      return `proved from the tables; digest ${digest ?? ""}`;
    case "GatesPassed":
      return "no gate holds the result";
    case "ApprovedByDigest":
      return `digest ${digest ?? ""} was approved`;
    case "Promoted":
      return `${count(members.billed)} bills are live`;
    case "Released":
      return "every message has been handed on";
    case "AllTerminal":
      return `${count(notifications.sent)} messages sent, ${count(notifications.dead)} dead`;
    default:
      return undefined;
  }
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** In minor units, as the status has it: whoever reads it may not know the currency's digits. */
function amount({ totals }: BillingRunStatus): string {
  if (totals === null) return "";
  return `; ${BigInt(totals.amountMinor).toLocaleString("en-US")} ${totals.currency} in minor units`;
}
