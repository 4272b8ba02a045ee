import { Cron } from "croner";
import { isTimeZone } from "../../notification/zone-offset.ts";
import { instantOfWallClock, monthBefore, wallClockAt } from "./wall-clock.ts";

/** When a schedule fires. */
export interface FiringTimes {
  /** The first firing after `instantMs`; null when there is none any more. */
  readonly after: (instantMs: number) => number | null;
  /** The billing period of a firing: the calendar month before its local date, `YYYY-MM`. */
  readonly periodOf: (firingMs: number) => string;
}

/** The firing times of a cron line in a zone, or why there are none. */
export type ParsedTimes =
  | { readonly kind: "valid"; readonly times: FiringTimes }
  | {
      readonly kind: "invalid";
      readonly reason: "InvalidSchedule" | "InvalidTimeZone" | "NeverFires";
      readonly message: string;
    };

/**
 * Reads a five-field cron line. The library only says which times of day a line names; which instants these are is
 * decided here, because a schedule that loses a day which a zone leaves out (Apia, 30 December 2011) loses a month's bills.
 */
export function parseFiringTimes(cron: string, zone: string): ParsedTimes {
  if (!isTimeZone(zone)) {
    return invalid("InvalidTimeZone", `timeZone: "${zone}" is not an IANA time zone, such as Asia/Seoul`);
  }
  let line: Cron;
  try {
    line = new Cron(cron, { timezone: "UTC", mode: "5-part" });
  } catch (error) {
    return invalid("InvalidSchedule", `schedule: "${cron}": ${(error as Error).message}`);
  }
  if (line.nextRun(new Date(0)) === null) {
    return invalid("NeverFires", `schedule: "${cron}" names no day that exists`);
  }
  return {
    kind: "valid",
    times: {
      after: (instantMs) => firstAfter(line, zone, instantMs),
      periodOf: (firingMs) => monthBefore(firingMs, zone),
    },
  };
}

function invalid(reason: Extract<ParsedTimes, { kind: "invalid" }>["reason"], message: string): ParsedTimes {
  return { kind: "invalid", reason, message };
}

/** Within an hour that is shown twice the next wall-clock times have been already: go on until one has not. */
function firstAfter(line: Cron, zone: string, instantMs: number): number | null {
  let wall: Date | null = new Date(wallClockAt(instantMs, zone));
  while ((wall = line.nextRun(wall)) !== null) {
    const firing = instantOfWallClock(wall.getTime(), zone);
    if (firing > instantMs) return firing;
  }
  return null;
}
