import Table from "cli-table3";
import { amountText, countText } from "./number-text.ts";
import type { DemoOutcome } from "./outcome.ts";

type Row = readonly string[];

/** What a billing engineer wants to see at the end, as text. */
export function finalReport(outcome: DemoOutcome): string {
  const sections = [
    totals(outcome),
    stages(outcome),
    deliveries(outcome),
    held(outcome),
    invariants(outcome),
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function totals(outcome: DemoOutcome): string {
  const { members, bills, held: heldAccounts, excluded, billItems, currency, amountMinor } = outcome;
  return table(
    ["Settled", ""],
    [
      ["members", countText(members)],
      ["bills", countText(bills)],
      ["held", countText(heldAccounts)],
      ["not in the period", countText(excluded)],
      ["bill items", countText(billItems)],
      ["amount", amountText(amountMinor, currency)],
      ["digest", outcome.digest],
    ],
  );
}

function stages({ stages: results }: DemoOutcome): string {
  return table(
    ["Stage", "Time", "Through", "Rate"],
    results.map(({ name, seconds, count, unit, perSecond }) => [
      name,
      `${seconds.toFixed(1)} s`,
      count === 0 ? "" : `${countText(count)} ${unit}`,
      count === 0 ? "" : `${countText(perSecond)}/s`,
    ]),
  );
}

function deliveries({ channels, notifications, clock, restarts }: DemoOutcome): string {
  const rows = channels.map((channel) => [
    channel.channel,
    ...[channel.sent, channel.failed, channel.retried, channel.fallback, channel.unknown].map(countText),
  ]);
  const days = (clock.toMs - clock.fromMs) / 86_400_000;
  return [
    table(["Delivered by", "Sent", "Not by it", "Retries", "As fallback", "Unknown outcome"], rows),
    `dead ${countText(notifications.dead)}, scheduled ${countText(notifications.scheduled)}`,
    `Nobody waited: the demo's billing clock made ${clock.jumps.length} jumps over ${days.toFixed(1)} days, from ${isoMinute(clock.fromMs)} to ${isoMinute(clock.toMs)} (UTC).`,
    ...(restarts === 0 ? [] : [`${restarts} processes ended by themselves and were started again.`]),
  ].join("\n");
}

function held({ heldReasons }: DemoOutcome): string {
  if (heldReasons.length === 0) return "";
  return table(
    ["Held because", "Accounts", "For example"],
    heldReasons.map(({ reason, accounts, example }) => [reason, countText(accounts), example]),
  );
}

function invariants(outcome: DemoOutcome): string {
  return table(
    ["", "Invariant", "Numbers behind it"],
    outcome.invariants.map(({ name, holds, detail }) => [holds ? "✓" : "✗", name, wrap(detail, 84)]),
  );
}

function table(head: Row, rows: readonly Row[]): string {
  const grid = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  grid.push(...rows.map((row) => [...row]));
  return grid.toString();
}

/** Breaks at blanks; cli-table3 would cut in the middle of a number. */
function wrap(text: string, width: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line !== "" && line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

function isoMinute(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace("T", " ");
}
