import { englishName, koreanName } from "./names.ts";
import { Purpose, RandomStream } from "./random-stream.ts";
import type { Scenario } from "./scenario.ts";
import { spread } from "./spread.ts";

/** A member in plain text, before encryption. */
export interface Person {
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly language: "ko" | "en";
  readonly timeZone: string;
  readonly sendDay: number | null;
  readonly quiet: readonly [number, number] | null;
  readonly preferredChannel: "sms" | "push" | null;
  readonly pushToken: string | null;
}

const stream = new RandomStream();

/** Draws a member's name, contacts and preferences; the same for the same seed, whoever asks and when. */
export function drawPerson(scenario: Scenario, ordinal: number): Person {
  stream.restart(scenario.seed, ordinal, Purpose.person);
  const language = stream.chance(spread.english) ? "en" : "ko";
  const name = language === "ko" ? koreanName(stream) : englishName(stream);
  const missing = stream.fraction();
  const withoutEmail = missing < spread.withoutEmail;
  const withoutPhone =
    missing < spread.withoutContact ||
    (missing >= spread.withoutEmail && missing < spread.withoutEmail + spread.withoutPhone);
  const prefersSms = stream.chance(spread.prefersSms) && !withoutPhone;
  const timeZone = stream.pickWeighted(spread.timeZones) || spread.homeTimeZone;
  const sendDay = stream.pickWeighted(spread.sendDays);
  const quiet = stream.chance(spread.quietHours)
    ? stream.pickWeighted<readonly [number, number]>(spread.quietWindows)
    : null;
  const withApp = stream.chance(spread.withApp) && missing >= spread.withoutContact;
  const prefersPush = stream.chance(spread.prefersPush) && withApp;
  return {
    name: name.full,
    // example.com never reaches anybody (RFC 2606).
    email: withoutEmail ? null : `${name.latin}.${String(ordinal)}@example.com`,
    phone: withoutPhone ? null : phoneOf(ordinal),
    language,
    timeZone,
    sendDay,
    quiet,
    preferredChannel: prefersSms ? "sms" : prefersPush ? "push" : null,
    // No provider issues tokens of this form.
    pushToken: withApp ? `generated:${ordinal}` : null,
  };
}

/** 010-0000-0000 to 010-1999-9999: a range from which no mobile number is assigned, so that a test never texts a person. */
function phoneOf(ordinal: number): string {
  const digits = String(ordinal % 20_000_000).padStart(8, "0");
  return `010-${digits.slice(0, 4)}-${digits.slice(4)}`;
}
