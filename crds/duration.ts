import type { z } from "zod";
import { sharedRule } from "./cel.ts";
import { matching } from "./text.ts";

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

const duration = /^(0|[1-9][0-9]{0,7})(ms|s|m|h)$/;

/** Milliseconds of a duration of this API, such as `10s`; throws RangeError for anything else. */
export function durationMs(text: string): number {
  const [, count, unit] = duration.exec(text) ?? [];
  if (count === undefined || unit === undefined) throw new RangeError(`"${text}" is not a duration`);
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}

/** A duration from `min` to `max`, both as they are written, such as `1s` and `24h`. */
export function durationBetween(min: string, max: string): z.ZodString {
  const sentence = "must be a number and a unit, such as 500ms, 10s, 5m or 1h";
  return sharedRule(matching(duration, sentence, 10), {
    // What is no duration has its sentence from the pattern already; asking CEL for its length would be an error.
    rule: `!self.matches('${duration.source}') || duration(self) >= duration('${min}') && duration(self) <= duration('${max}')`,
    holds: (text) =>
      !duration.test(text) || (durationMs(text) >= durationMs(min) && durationMs(text) <= durationMs(max)),
    message: `must be from ${min} to ${max}`,
  });
}
