import Table from "cli-table3";
import { formatMinor } from "../../billing/money/format-minor.ts";
import type { Announcements } from "../../database/report/announcements.ts";
import type { Comparison, PlanReport } from "../../database/report/plan-report.ts";

/** The report as text for a terminal. */
export function formatReport(report: PlanReport): string {
  const money = (minor: bigint | number): string => formatMinor(minor, report.currency);
  const { members } = report;
  return [
    `Run ${report.run}: generation ${report.generation} of ${report.period}, ${report.state}`,
    `${count(members.expected)} accounts = ${count(members.billed)} billed + ${count(members.held)} held + ` +
      `${count(members.excluded)} not in the period`,
    `Total ${money(report.totalMinor)}`,
    formatItems(report, money),
    formatHeld(report),
    report.comparison === null
      ? "Nothing to compare with."
      : formatComparison(report, report.comparison, money),
    report.messages === null ? "" : formatMessages(report.messages),
    `Digest ${report.digest ?? "none yet"}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function formatItems(report: PlanReport, money: (minor: bigint) => string): string {
  const table = newTable(["Item", "Lines", "Amount"]);
  for (const item of report.items) table.push([item.code, count(item.items), money(item.amountMinor)]);
  return table.toString();
}

function formatHeld(report: PlanReport): string {
  if (report.held.length === 0) return "";
  const table = newTable(["Held because", "Accounts", "For example"]);
  for (const held of report.held) {
    table.push([
      held.reason,
      count(held.accounts),
      `account ${held.exampleAccountId}: ${held.exampleDetail}`,
    ]);
  }
  return table.toString();
}

function formatMessages({ first, corrections, undecided, none }: Announcements): string {
  const words = [`${count(first)} first messages`, `${count(corrections)} corrections`];
  if (undecided > 0) words.push(`${count(undecided)} of bills whose former message is being sent`);
  if (none > 0) words.push(`none for ${count(none)} bills that were told already`);
  return `Promoting it sends ${words.join(", ")}.`;
}

function formatComparison(
  report: PlanReport,
  comparison: Comparison,
  money: (minor: bigint | number) => string,
): string {
  const { baseline, difference, movers } = comparison;
  const lines = [
    `Against generation ${baseline.generation} of ${baseline.period} (${money(comparison.baselineTotalMinor)}): ` +
      signed(money, report.totalMinor - comparison.baselineTotalMinor),
    `${count(difference.unchanged)} bills unchanged, ${count(difference.changed)} changed ` +
      `(+${money(difference.raisedMinor)}, -${money(difference.loweredMinor)}), ` +
      `${count(difference.added)} new, ${count(difference.removed)} gone`,
  ];
  if (movers.length === 0) return lines.join("\n");
  const table = newTable(["Biggest movers", "Before", "Now", "Change"]);
  for (const mover of movers) {
    const change = signed(money, BigInt(mover.afterMinor - mover.beforeMinor));
    table.push([`account ${mover.accountId}`, money(mover.beforeMinor), money(mover.afterMinor), change]);
  }
  return [...lines, table.toString()].join("\n");
}

function newTable(head: string[]): InstanceType<typeof Table> {
  const colAligns = head.map((_, index) => (index === 0 ? "left" : "right")) as ("left" | "right")[];
  return new Table({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function signed(money: (minor: bigint) => string, minor: bigint): string {
  return minor > 0n ? `+${money(minor)}` : money(minor);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
