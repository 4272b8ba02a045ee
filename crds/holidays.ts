import { z } from "zod";
import { sharedRule } from "./cel.ts";
import { matching } from "./text.ts";

// Days of each month; the 29th of February of the wrong year is found by the operator, in the policy's condition.
const date =
  /^[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$/;

/** Dates on which nobody is disturbed: at most a hundred, each once. */
export const holidays = sharedRule(
  z.array(matching(date, "must be a date of the calendar, such as 2026-12-25", 10)).max(100),
  {
    rule: "self.all(d, self.exists_one(e, e == d))",
    holds: (dates) => new Set(dates).size === dates.length,
    message: "must not name a date twice",
  },
);
