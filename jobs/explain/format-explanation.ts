import Table from "cli-table3";
import { formatMinor } from "../../billing/money/format-minor.ts";
import type { ExplainedBill } from "./explain-stored.ts";

/** The explanation as text for a terminal: a line of the bill a row, with its rule and its arithmetic. */
export function formatExplanation({
  bill,
  period,
  tariff,
  currency,
  lines,
  replayed,
}: ExplainedBill): string {
  const table = new Table({
    head: ["", "Line", "Arithmetic", "Amount"],
    colAligns: ["right", "left", "left", "right"],
    colWidths: [4, 46, 60, 18],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const line of lines) {
    const inputs = line.inputs.map(({ name, value }) => `${name}: ${value}`).join("\n");
    const label = `${line.label}\n${line.rule}`;
    const arithmetic = inputs === "" ? line.arithmetic : `${line.arithmetic}\n${inputs}`;
    table.push([line.line, label, arithmetic, formatMinor(line.amountMinor, currency)]);
  }
  const again = replayed
    ? `Computed again from its snapshot: the same bill, digest ${bill.digest.toString("hex")}.`
    : "Computed again from its snapshot it comes out DIFFERENT from what is stored.";
  return [
    `Bill ${bill.billId} of account ${bill.accountId}, ${period}, generation ${bill.generation}, tariff ${tariff}`,
    table.toString(),
    `Amount due: ${formatMinor(bill.totalMinor, currency)}`,
    again,
  ].join("\n");
}
