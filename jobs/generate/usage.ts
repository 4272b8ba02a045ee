import type { UsageRow } from "../../database/usage/copy-usage.ts";
import { numbering } from "./numbering.ts";
import { Purpose, RandomStream } from "./random-stream.ts";
import type { Scenario } from "./scenario.ts";
import { drawServedAccount, type Line } from "./served-account.ts";

/** Deviation of a record's size on the scale of logarithms: the largest of a hundred is some ten times the typical one. */
const DEVIATION = 1.0;
const LARGEST_MILLI = 1_000_000_000_000;

const stream = new RandomStream();

/**
 * Draws the usage record of the given index (from 0). Its member is drawn too, so that records arrive scattered over all members, and a
 * member has more or fewer of them by chance.
 */
export function drawUsage(scenario: Scenario, index: number): UsageRow {
  const { period, midnightsMs, catalogue } = scenario;
  stream.restart(scenario.seed, index, Purpose.usage);
  const account = drawServedAccount(scenario, 1 + stream.below(scenario.members));
  const served = daysServed(account.lines, period.start, period.end);
  const day = stream.between(served.first, served.last);
  const line = lineOn(account.lines, day, stream.chance(0.5));
  const plan = line.plan ?? firstPlan(scenario);
  const meterIndex = stream.pickWeighted(plan.meterWeights);
  const midnightMs = midnightsMs[day - period.start] ?? 0;
  const lengthMs = (midnightsMs[day - period.start + 1] ?? midnightMs) - midnightMs;
  return {
    period: period.start,
    subscriptionId: line.id,
    startedAtMs: midnightMs + Math.floor(stream.fraction() * lengthMs),
    quantityMilli: drawQuantityMilli(
      plan.typicalMilli[meterIndex] ?? 1000,
      catalogue.meters[meterIndex]?.counted === true,
    ),
    meterId: catalogue.meters[meterIndex]?.id ?? 0,
    bucket: account.bucket,
    recordId: numbering.record(index),
  };
}

function daysServed(lines: readonly Line[], start: number, end: number): { first: number; last: number } {
  const first = Math.max(start, Math.min(...lines.map((line) => line.startedOn)));
  const last = Math.min(end - 1, Math.max(...lines.map((line) => line.endedOn ?? end - 1)));
  return { first, last };
}

function lineOn(lines: readonly Line[], day: number, preferSecond: boolean): Line {
  const serving = lines.filter((line) => line.startedOn <= day && day <= (line.endedOn ?? day));
  const line = (preferSecond ? serving[1] : undefined) ?? serving[0] ?? lines[0];
  if (line === undefined) throw new RangeError("an account without subscription has no usage");
  return line;
}

/** Usage of an account on an unknown plan is like that of the tariff's first plan. */
function firstPlan(scenario: Scenario): NonNullable<Line["plan"]> {
  const plan = scenario.catalogue.plans[0]?.value;
  if (plan === undefined) throw new RangeError("the tariff has no plan");
  return plan;
}

/** Roughly log-normal around the typical quantity; pieces are whole, and at least one. */
function drawQuantityMilli(typicalMilli: number, counted: boolean): number {
  const quantity = Math.min(LARGEST_MILLI, Math.round(typicalMilli * Math.exp(DEVIATION * stream.normal())));
  return counted ? Math.max(1, Math.round(quantity / 1000)) * 1000 : Math.max(1, quantity);
}
