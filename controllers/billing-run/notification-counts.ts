import type { NotificationFacts } from "../../database/run-ledger/ledger-facts.ts";

/** Messages that something will still happen to by itself. */
export function openNotifications(facts: NotificationFacts): number {
  return facts.scheduled + facts.queued + facts.inFlight;
}

/** All messages of the generation. */
export function allNotifications(facts: NotificationFacts): number {
  return openNotifications(facts) + facts.sent + facts.dead + facts.dropped;
}
