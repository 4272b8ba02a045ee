import { matching } from "./text.ts";
import { sharedRule } from "./cel.ts";

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

// "Local" and offsets such as +09:00 mean something to CEL, and nothing that a billing calendar could rest on.
const ianaName = /^[A-Z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** Name of an IANA time zone. The API server looks it up in its own copy of the zone database. */
export const timeZone = sharedRule(
  matching(ianaName, "must be the name of an IANA time zone, such as Asia/Seoul", 64),
  {
    // An unknown name is an error in CEL, which refuses the value and quotes the name; no comparison is false.
    rule: "self != 'Local' && timestamp('2000-01-01T00:00:00Z').getFullYear(self) > 0",
    holds: isTimeZone,
    message: "must be a time zone that exists, such as Asia/Seoul",
  },
);
