import type { BillingRunStatus } from "../../crds/billing-run-status.ts";

/** One line on where the run stands. */
export function statusLine(status: BillingRunStatus): string {
  const current = status.conditions.find(({ status: value, message }) => value === "False" && message !== "");
  const finished = status.conditions.find(
    ({ type, status: value }) => type === "Finished" && value === "True",
  );
  const message = (finished ?? current)?.message ?? "";
  return `${status.phase.padEnd(16)} ${status.progress.padEnd(9)} ${message}`.trimEnd();
}

/** The whole status for a person: the line, the sums, every condition. */
export function statusText(status: BillingRunStatus): string {
  const { partitions, members, totals, notifications } = status;
  const overdue = status.conditions.find(({ type, status: value }) => type === "Overdue" && value === "True");
  const failed = partitions.failed === 0 ? "" : ` (${partitions.failedIndexes.join(", ")})`;
  return [
    statusLine(status),
    `generation     ${status.generation ?? "-"}`,
    `digest         ${status.digest ?? "-"}`,
    `partitions     ${partitions.succeeded} of ${partitions.total} done, ${partitions.active} active, ${partitions.failed} failed${failed}`,
    `members        ${members.expected} = ${members.billed} billed + ${members.held} held + ${members.excluded} excluded`,
    `amount         ${totals === null ? "-" : `${totals.amountMinor} ${totals.currency} (minor units)`}`,
    `notifications  ${notifications.sent} sent, ${notifications.scheduled} scheduled, ${notifications.queued} queued, ${notifications.dead} dead`,
    ...(overdue === undefined ? [] : [`overdue        ${overdue.message}`]),
    "conditions",
    ...status.conditions.map(({ type, status: value, reason, message }) =>
      `  ${type.padEnd(11)} ${value.padEnd(6)} ${reason.padEnd(20)} ${message}`.trimEnd(),
    ),
  ].join("\n");
}
