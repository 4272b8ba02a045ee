import type { LedgerFacts } from "../../database/run-ledger/ledger-facts.ts";
import { openNotifications } from "./notification-counts.ts";

/** What a person reads where messages have passed their deadline: how many, by which rule, and where to look. */
export function overdueSentence({ overdue, deliverWithinMs, notifications }: LedgerFacts): string {
  const open = notifications === null ? 0 : openNotifications(notifications);
  const hours = Math.round(deliverWithinMs / 3_600_000);
  return (
    `${overdue} of ${open} open messages have not come to their end within ${hours} hours of their day; ` +
    "nothing is dropped: look for a paused channel, an open breaker, consumers that do not run"
  );
}
