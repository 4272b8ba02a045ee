import { z } from "zod";
import { sharedRule } from "./cel.ts";
import { matching } from "./text.ts";

const window = z.strictObject({
  start: matching(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "must be a time of day from 00:00 to 23:59", 5).describe(
    "First quiet minute, such as 22:00.",
  ),
  end: matching(
    /^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/,
    "must be a time of day from 00:00 to 24:00",
    5,
  ).describe("First minute that is quiet no more, such as 08:00; before start means the next day."),
});

type Window = z.output<typeof window>;

/** Times of day compare as their texts do. */
function covers({ start, end }: Window, time: string): boolean {
  if (start === end) return false;
  return start < end ? time >= start && time < end : time >= start || time < end;
}

/** If any minute is free, then one in which a window ends. */
function leavesTimeFree(windows: readonly Window[]): boolean {
  if (windows.every(({ start, end }) => start === end)) return true;
  const ends = windows.map(({ end }) => (end === "24:00" ? "00:00" : end));
  return ends.some((end) => !windows.some((other) => covers(other, end)));
}

const end = "(w.end == '24:00' ? '00:00' : w.end)";
const covered = `v.start != v.end && (v.start < v.end ? ${end} >= v.start && ${end} < v.end : ${end} >= v.start || ${end} < v.end)`;

/** Hours of the member's day in which nobody is disturbed: at most eight windows, which leave some of the day free. */
export const quietHours = sharedRule(z.array(window).max(8), {
  rule: `self.all(w, w.start == w.end) || self.exists(w, !self.exists(v, ${covered}))`,
  holds: leavesTimeFree,
  message: "must leave some time of the day free, or no message could ever be sent",
});
