import { firstDue } from "../../notification/due.ts";
import { quietOfMember } from "../../notification/member-quiet.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { testPolicy, type TestMember } from "../support/bills.ts";
import { faultyMs, type Schedule } from "./schedule.ts";

/** Messages of a seed, one a member. */
export const messages = 400;

/** When a seed begins, on the billing clock: a part of the members is to be left alone then. */
export const daylight: Readonly<Record<Schedule["begins"], string>> = {
  noon: "2026-11-02T12:00:00+09:00",
  evening: "2026-11-02T21:30:00+09:00",
};

/** What the clock is set to for healing: nobody is quiet then, and every send day has come, whatever the clock did before. */
export const healingAt = "2026-11-03T17:40:00+09:00";

/** How seeds are delivered. */
export const policy: NotificationPolicy = {
  ...testPolicy,
  // In London it is 8:40 when a seed heals: what waited for the morning has to be due by then.
  spreadMinutes: 10,
  // Small numbers, so that it opens, probes and closes within a seed.
  breaker: {
    ...{ windowMs: 2_000, minSends: 40, failureFraction: 0.5, openMs: 1_000, probeSends: 5 },
    undecidedMs: 3_000,
  },
};

/** Wishes that the clock of a seed can break, by the member's number modulo 20. */
const wishes: Readonly<Record<number, TestMember>> = {
  5: { sendDay: 3 },
  6: { quiet: [11 * 60, 14 * 60] },
  7: { timeZone: "Europe/London" },
  8: { timeZone: "Pacific/Auckland", sendDay: 3 },
  // An hour forward falls into it, an hour more out of it.
  9: { quiet: [12 * 60 + 30, 13 * 60 + 30] },
  // An hour back it is night there; the send day is today.
  10: { timeZone: "Asia/Kolkata", sendDay: 2 },
  11: { timeZone: "Europe/London", quiet: [12 * 60, 15 * 60] },
  // It begins before the system's and ends within it.
  12: { quiet: [20 * 60, 22 * 60 + 45] },
};

/** Ways that a message goes, or does not, by the same number. */
const ways: Readonly<Record<number, (number: number) => TestMember>> = {
  0: (number) => ({ email: `bounce+canary${number}@example.com` }),
  1: (number) => ({ email: `down+canary${number}@example.com` }),
  2: (number) => ({ email: `cut+canary${number}@example.com` }),
  3: () => ({ email: null, channelPlan: "sms" }),
  4: () => ({ channelPlan: "email" }),
  13: (number) => ({ pushToken: `canary-device-${number}`, channelPlan: "push,email" }),
  14: (number) => ({ pushToken: `canary-device-${number}`, channelPlan: "push" }),
  15: (number) => ({ email: `gone+canary${number}@example.com` }),
  16: (number) => ({
    ...{ email: `down+canary${number}@example.com`, pushToken: `canary-device-${number}` },
    channelPlan: "email,push",
  }),
};

/**
 * Member `number` of a seed that begins at `baseMs`. Most are ordinary; some bounce, are always down, are cut off, or have no
 * e-mail address; some sleep, live elsewhere, or want the bill tomorrow. Whoever has a send day is planned as promotion plans;
 * the others are due within the seed, as if they had wished to be left alone after their messages were planned.
 */
export function memberOf(number: number, baseMs: number): TestMember {
  const phone = number % 40 < 2 ? `0109999${String(number).padStart(4, "0")}` : undefined;
  const member = {
    ...wishes[number % 20],
    ...ways[number % 20]?.(number),
    ...(phone !== undefined && { phone }),
  };
  const soon = Math.floor(((number * 7) % messages) / (messages / (faultyMs / 1_000)));
  return { ...member, dueInSeconds: Math.max(soon, plannedInSeconds(number, member, baseMs)) };
}

function plannedInSeconds(billId: number, member: TestMember, baseMs: number): number {
  if (member.sendDay === undefined) return 0;
  const [quietStart = null, quietEnd = null] = member.quiet ?? [];
  const quiet = quietOfMember(policy, { timeZone: member.timeZone ?? "Asia/Seoul", quietStart, quietEnd });
  const { sendDay } = member;
  const { dueAtMs } = firstDue({
    ...{ billId, releasedAtMs: baseMs, sendDay, quiet, spreadMinutes: policy.spreadMinutes },
  });
  return Math.ceil((dueAtMs - baseMs) / 1_000);
}
