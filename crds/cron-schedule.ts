import { z } from "zod";
import { withRules } from "./cel.ts";
import { celString } from "./text.ts";

const months = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC";
const weekdays = "SUN|MON|TUE|WED|THU|FRI|SAT";

/** A field of a cron line: `*`, a value or a range, each perhaps with a step, or several of these. */
function field(value: string): string {
  const item = `(\\*|(${value})(-(${value}))?)(/[1-9][0-9]?)?`;
  return `${item}(,${item})*`;
}

const fiveFields = new RegExp(
  `^${[
    field("[0-5]?[0-9]"),
    field("[01]?[0-9]|2[0-3]"),
    field("0?[1-9]|[12][0-9]|3[01]"),
    field(`0?[1-9]|1[0-2]|${months}`),
    field(`[0-7]|${weekdays}`),
  ].join(" +")}$`,
);

const sentence =
  "must have five fields: minute, hour, day of month, month, day of week; such as 0 0 1 * * for midnight on the 1st";

/** A cron line of five fields. No `pattern` is published: it would fill the screen before the sentence that helps. */
export const cronSchedule = withRules(
  z.string().max(100).regex(fiveFields, sentence).meta({ pattern: undefined }),
  { rule: `self.matches(${celString(fiveFields.source)})`, message: sentence },
).describe(
  "When to start a run, as a cron line of five fields (minute, hour, day of month, month, day of week), read in " +
    "timeZone. 0 0 1 * * is midnight on the first of each month.",
);
