import { nextAllowedInstant } from "./quiet-hours.ts";
import { toNextChannel } from "./next-channel.ts";
import type { OutcomeEvent } from "./notification-event.ts";
import { hasBounced, isUnderWay, keyOf, type NotificationRow, type RowIn } from "./notification-row.ts";
import { providerAfterFailure } from "./provider-choice.ts";
import { maxAttempts, retryAtMs, retryDelayMs } from "./retry-ladder.ts";
import { moved, refused, type DeliveryRules, type Transition } from "./transition.ts";
import { toUnknown } from "./unknown-outcome.ts";

/**
 * The end of a send. Every one is recorded as an attempt by the caller, whatever is returned here.
 *
 * A success of the same message generation wins over any state that is under way, however late it comes, unless its
 * channel is known to have bounced. A failure
 * counts only while its claim holds: after that somebody else is in charge of the row.
 */
export function whenSendEnded(row: NotificationRow, event: OutcomeEvent, rules: DeliveryRules): Transition {
  if (row.messageGeneration !== event.messageGeneration) return refused("stale-message");
  if (row.state === "SENT" || row.state === "DELIVERED") return refused("already-sent");
  if (!isUnderWay(row)) return refused("wrong-state");
  const { channel, provider } = event;
  // The bounce overtook the result: what was accepted there did not arrive.
  if (event.outcome.kind === "accepted" && hasBounced(row, channel)) return refused("bounced");
  if (event.outcome.kind === "accepted") return moved(row, { state: "SENT" }, { channel, provider });
  if (row.seq !== event.seq) return refused("stale-seq");
  if (row.state !== "SENDING") return refused("wrong-state");
  return whenFailed(row, event, rules);
}

function whenFailed(row: RowIn<"SENDING">, event: OutcomeEvent, rules: DeliveryRules): Transition {
  const { nowMs, outcome } = event;
  const ladder = rules.ladders[row.channel];
  switch (outcome.kind) {
    case "accepted":
      return moved(row, { state: "SENT" });
    case "throttled":
      return postponed(row, nowMs + outcome.retryAfterMs, "throttled", rules);
    case "unknown":
      return toUnknown(row, nowMs + retryDelayMs(ladder, keyOf(row), row.unknownOutcomes + 1), rules);
    case "permanent":
      return leaveChannel(row, event, "permanent", rules);
    case "transient": {
      if (row.attempt >= maxAttempts(ladder)) return leaveChannel(row, event, "exhausted", rules);
      const dueAtMs = retryAtMs(ladder, { key: keyOf(row), attempt: row.attempt, nowMs }, rules.quiet);
      const provider = providerAfterFailure(row);
      return moved(row, { state: "SCHEDULED", dueAtMs, reason: "retry" }, { provider });
    }
  }
}

/**
 * A refusal for good settles earlier unknown outcomes too: a provider that had accepted the key would say so. Used-up
 * attempts do not, so after an unknown outcome they end in DEAD, lest the member be told twice.
 */
function leaveChannel(
  row: RowIn<"SENDING">,
  event: OutcomeEvent,
  cause: "permanent" | "exhausted",
  rules: DeliveryRules,
): Transition {
  if (!event.mayFallBack) {
    const waitMs = retryDelayMs(rules.ladders[row.channel], keyOf(row), row.attempt);
    return postponed(row, event.nowMs + waitMs, "breaker", rules);
  }
  if (cause === "exhausted" && row.unknownOutcomes > 0) {
    return moved(row, { state: "DEAD", cause: "unknown-outcome" });
  }
  return toNextChannel(row, event.nowMs, cause, rules);
}

/** Back to SCHEDULED with the attempt given back: what happened says nothing about this message. */
function postponed(
  row: RowIn<"SENDING">,
  earliestMs: number,
  reason: "throttled" | "breaker",
  { quiet }: DeliveryRules,
): Transition {
  const dueAtMs = nextAllowedInstant(earliestMs, quiet);
  const changes = { attempt: row.attempt - 1, provider: providerAfterFailure(row) };
  return moved(row, { state: "SCHEDULED", dueAtMs, reason }, changes);
}
