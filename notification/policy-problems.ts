import type { BreakerPolicy } from "./breaker.ts";
import { CHANNELS } from "./channel.ts";
import { holidayProblems } from "./holidays.ts";
import type { NotificationPolicy } from "./policy.ts";
import { quietWindowProblems } from "./quiet-window.ts";
import type { RetryLadder } from "./retry-ladder.ts";

const DAY_MS = 86_400_000;

/** Everything that is wrong with a policy, each with the path of the field; empty when it can be used. */
export function policyProblems(policy: NotificationPolicy): string[] {
  return [
    ...channelOrderProblems(policy),
    ...quietWindowProblems(policy.systemQuiet).map((problem) => `systemQuiet${separator(problem)}${problem}`),
    ...holidayProblems(policy.holidays).map((problem) => `holidays${problem}`),
    ...CHANNELS.flatMap((channel) => ladderProblems(`ladders.${channel}`, policy.ladders[channel])),
    ...wholeNumber("spreadMinutes", policy.spreadMinutes, 0, 24 * 60),
    ...wholeNumber("deliverWithinMs", policy.deliverWithinMs, 0, 90 * DAY_MS),
    ...wholeNumber("leaseMs", policy.leaseMs, 1_000, DAY_MS),
    ...wholeNumber("maxUnknownOutcomes", policy.maxUnknownOutcomes, 0, 100),
    ...breakerProblems(policy.breaker),
    ...CHANNELS.flatMap((channel) =>
      wholeNumber(`sendsPerSecond.${channel}`, policy.sendsPerSecond[channel], 0, 1_000_000),
    ),
    ...templateSetProblems(policy.templateSet),
  ];
}

function separator(problem: string): string {
  return problem.startsWith("[") ? "" : ": ";
}

function channelOrderProblems({ channelOrder }: NotificationPolicy): string[] {
  if (channelOrder.length === 0) return ["channelOrder: must name at least one channel"];
  const unknown = channelOrder.filter((channel) => !CHANNELS.includes(channel));
  const problems = unknown.map((channel) => `channelOrder: unknown channel "${channel}"`);
  if (new Set(channelOrder).size < channelOrder.length) problems.push("channelOrder: names a channel twice");
  return problems;
}

function ladderProblems(path: string, ladder: RetryLadder): string[] {
  if (ladder.delaysMs.length > 10) return [`${path}.delaysMs: more than 10 retries`];
  return [
    ...ladder.delaysMs.flatMap((delayMs, index) =>
      wholeNumber(`${path}.delaysMs[${index}]`, delayMs, 0, DAY_MS),
    ),
    ...fraction(`${path}.jitterFraction`, ladder.jitterFraction),
  ];
}

function breakerProblems(breaker: BreakerPolicy): string[] {
  return [
    ...wholeNumber("breaker.windowMs", breaker.windowMs, 1_000, DAY_MS),
    ...wholeNumber("breaker.minSends", breaker.minSends, 1, 1_000_000),
    ...fraction("breaker.failureFraction", breaker.failureFraction),
    ...wholeNumber("breaker.openMs", breaker.openMs, 1_000, DAY_MS),
    ...wholeNumber("breaker.probeSends", breaker.probeSends, 1, 10_000),
    ...wholeNumber("breaker.undecidedMs", breaker.undecidedMs, 1_000, DAY_MS),
  ];
}

function templateSetProblems(templateSet: string): string[] {
  const holds = /^[a-z][a-z0-9-]{0,62}$/.test(templateSet);
  return holds ? [] : [`templateSet: must be letters, digits and hyphens, not "${templateSet}"`];
}

function wholeNumber(path: string, value: number, min: number, max: number): string[] {
  const holds = Number.isInteger(value) && value >= min && value <= max;
  return holds ? [] : [`${path}: must be a whole number from ${min} to ${max}, not ${String(value)}`];
}

function fraction(path: string, value: number): string[] {
  return value >= 0 && value < 1 ? [] : [`${path}: must be from 0 to below 1, not ${String(value)}`];
}
