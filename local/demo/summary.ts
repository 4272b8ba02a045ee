import { writeFileSync } from "node:fs";
import { perChannel } from "../../notification/channels/registry.ts";
import type { DemoOutcome } from "./outcome.ts";

/** Writes the demo's result for programs; amounts are minor units as strings. */
export function writeSummary(path: string, outcome: DemoOutcome): void {
  writeFileSync(path, `${JSON.stringify(summaryOf(outcome), null, 2)}\n`);
}

/** The result in the form of `.local/summary.json`. */
export function summaryOf(outcome: DemoOutcome): object {
  const channel = (name: string): { sent: number; failed: number } => {
    const found = outcome.channels.find((results) => results.channel === name);
    return { sent: found?.sent ?? 0, failed: found?.failed ?? 0 };
  };
  return {
    members: outcome.members,
    bills: outcome.bills,
    billItems: outcome.billItems,
    totals: { currency: outcome.currency, amountMinor: String(outcome.amountMinor) },
    digest: outcome.digest,
    stages: outcome.stages.map(({ name, seconds, perSecond }) => ({ name, seconds, perSecond })),
    delivery: {
      ...perChannel(channel),
      dead: outcome.notifications.dead,
      scheduled: outcome.notifications.scheduled,
    },
    invariants: outcome.invariants,
  };
}
