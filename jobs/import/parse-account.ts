import { daysInMonth, parseEpochDay } from "../../billing/epoch-day.ts";
import { currencyExponent } from "../../billing/money/currency.ts";
import { CHANNEL_NAMES, type ChannelName } from "../../notification/channels/registry.ts";
import { ownWindows } from "../../notification/member-quiet.ts";
import { coversWholeDay, windowText, type QuietWindow } from "../../notification/quiet-window.ts";
import { isTimeZone } from "../../notification/zone-offset.ts";
import type { RowReader } from "./row-reader.ts";

/** Columns of accounts.csv. */
export const accountColumns = [
  "account",
  "member",
  "name",
  "email",
  "phone",
  "language",
  "time_zone",
  "send_day",
  "quiet_start",
  "quiet_end",
  "preferred_channel",
  "currency",
  "joined_on",
  "birthday",
  "welfare_class",
  "family",
] as const;

/** Columns that accounts.csv may have besides: a billing system often does not know what the app has registered. */
export const optionalAccountColumns = ["push_token"] as const;

/** One row of accounts.csv. */
export interface ParsedAccount {
  readonly account: number;
  readonly member: number;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly language: "ko" | "en";
  readonly timeZone: string;
  readonly sendDay: number | null;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  readonly preferredChannel: ChannelName | null;
  /** "" = the app is not installed; null = the file does not say. */
  readonly pushToken: string | null;
  readonly currency: string;
  /** Epoch day. */
  readonly joinedOn: number;
  /** month * 100 + day, 0 = unknown. */
  readonly birthday: number;
  readonly welfareClass: string;
  readonly family: number | null;
}

const MOST_ACCOUNTS = 9_999_999_999;

/** What a row is judged by. */
export interface AccountRules {
  /** The member's quiet hours come on top of these. */
  readonly systemQuiet: readonly QuietWindow[];
  /** Those that the database takes. */
  readonly timeZones: ReadonlySet<string>;
}

/** Reads one row; problems stand in the reader afterwards. */
export function parseAccount(row: RowReader, rules: AccountRules): ParsedAccount {
  const [quietStart, quietEnd] = readQuietHours(row);
  refuseWholeDay(row, rules.systemQuiet, { quietStart, quietEnd });
  return {
    account: row.requiredNumber("account", 1, MOST_ACCOUNTS),
    member: row.requiredNumber("member", 1, Number.MAX_SAFE_INTEGER),
    name: row.requiredText("name", 200),
    email: readEmail(row),
    phone: readPhone(row),
    language: row.choice("language", ["ko", "en"]) ?? "ko",
    timeZone: readTimeZone(row, rules.timeZones),
    sendDay: row.wholeNumber("send_day", 1, 28),
    quietStart,
    quietEnd,
    preferredChannel: row.choice("preferred_channel", CHANNEL_NAMES),
    pushToken: row.tells("push_token") ? readPushToken(row) : null,
    currency: readCurrency(row),
    joinedOn: row.requiredDate("joined_on"),
    birthday: readBirthday(row),
    welfareClass: row.code("welfare_class"),
    family: row.wholeNumber("family", 1, Number.MAX_SAFE_INTEGER),
  };
}

function readEmail(row: RowReader): string {
  const email = row.text("email");
  // Not the grammar of RFC 5322: what a mail server can be asked to deliver to.
  if (email !== "" && (email.length > 254 || !/^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/.test(email))) {
    row.refuse("email", "is not an e-mail address");
  }
  return email;
}

function readPhone(row: RowReader): string {
  const phone = row.text("phone");
  const digits = phone.replaceAll(/\D/g, "").length;
  if (phone !== "" && (!/^\+?[\d ()-]+$/.test(phone) || digits < 8 || digits > 15)) {
    row.refuse("phone", "is not a phone number of 8 to 15 digits");
  }
  return phone;
}

function readPushToken(row: RowReader): string {
  const token = row.text("push_token");
  // No provider promises a form or a length; the longest seen are some hundred characters.
  if (token !== "" && !/^[\x21-\x7e]{8,4096}$/.test(token)) {
    row.refuse("push_token", "is not a push token: 8 to 4096 printable characters without spaces");
  }
  return token;
}

function readTimeZone(row: RowReader, known: ReadonlySet<string>): string {
  const zone = row.text("time_zone");
  if (zone === "") return "Asia/Seoul";
  // Both must know it: the database, and whoever computes with the member's clock.
  if (!known.has(zone) || !isTimeZone(zone))
    row.refuse("time_zone", "is not an IANA time zone by its exact name; write e.g. Asia/Seoul");
  return zone;
}

function readCurrency(row: RowReader): string {
  const currency = row.requiredText("currency", 3);
  if (currency !== "" && currencyExponent(currency) === null) {
    row.refuse("currency", "is not an ISO 4217 code; write e.g. KRW");
  }
  return currency;
}

function readBirthday(row: RowReader): number {
  const text = row.text("birthday");
  if (text === "") return 0;
  const match = /^(?:\d{4}-)?(\d{2})-(\d{2})$/.exec(text);
  const [month, day] = [Number(match?.[1]), Number(match?.[2])];
  const isDay = match !== null && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(2024, month);
  if (!isDay || (text.length === 10 && parseEpochDay(text) === null)) {
    row.refuse("birthday", "is not a day of the calendar; write MM-DD or YYYY-MM-DD");
    return 0;
  }
  return month * 100 + day;
}

function readQuietHours(row: RowReader): [number | null, number | null] {
  const [start, end] = [readMinute(row, "quiet_start"), readMinute(row, "quiet_end")];
  if ((row.text("quiet_start") === "") !== (row.text("quiet_end") === "")) {
    row.refuse(
      row.text("quiet_start") === "" ? "quiet_start" : "quiet_end",
      "is empty while the other end is not",
    );
  }
  return [start, end];
}

/** A member who is never to be disturbed would never get the bill. */
function refuseWholeDay(
  row: RowReader,
  systemQuiet: readonly QuietWindow[],
  own: { readonly quietStart: number | null; readonly quietEnd: number | null },
): void {
  if (!coversWholeDay([...systemQuiet, ...ownWindows(own)])) return;
  const system = systemQuiet.map(windowText).join(", ");
  row.refuse(
    "quiet_start",
    `leaves no minute of the day free, up to quiet_end and with the policy's quiet hours (${system}); shorten it, or leave both empty`,
  );
}

function readMinute(row: RowReader, field: string): number | null {
  const text = row.text(field);
  if (text === "") return null;
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) {
    row.refuse(field, "is not a time of day; write HH:MM from 00:00 to 23:59");
    return null;
  }
  return Number(match[1]) * 60 + Number(match[2]);
}
