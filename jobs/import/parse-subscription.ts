import { formatEpochDay, parseEpochDay } from "../../billing/epoch-day.ts";
import { isCode, type RowReader } from "./row-reader.ts";

/** Columns of subscriptions.csv. */
export const subscriptionColumns = [
  "subscription",
  "account",
  "plan",
  "started_on",
  "ended_on",
  "contract_months",
  "contract_started_on",
  "contract_terminated_on",
  "add_ons",
] as const;

/** One row of subscriptions.csv; epoch days. */
export interface ParsedSubscription {
  readonly subscription: number;
  readonly account: number;
  readonly plan: string;
  readonly startedOn: number;
  readonly endedOn: number | null;
  readonly contractMonths: number | null;
  readonly contractStartedOn: number | null;
  readonly contractTerminatedOn: number | null;
  readonly addOns: readonly ParsedAddOn[];
}

export interface ParsedAddOn {
  readonly code: string;
  readonly startedOn: number;
  readonly endedOn: number | null;
}

const LONGEST_CONTRACT_MONTHS = 120;

/** Reads one row; problems stand in the reader afterwards. */
export function parseSubscription(row: RowReader): ParsedSubscription {
  const startedOn = row.requiredDate("started_on");
  const endedOn = row.date("ended_on");
  if (endedOn !== null && endedOn < startedOn) row.refuse("ended_on", "lies before started_on");
  return {
    subscription: row.requiredNumber("subscription", 1, Number.MAX_SAFE_INTEGER),
    account: row.requiredNumber("account", 1, 9_999_999_999),
    plan: row.requiredCode("plan"),
    startedOn,
    endedOn,
    ...readContract(row, startedOn),
    addOns: readAddOns(row, startedOn),
  };
}

function readContract(
  row: RowReader,
  startedOn: number,
): Pick<ParsedSubscription, "contractMonths" | "contractStartedOn" | "contractTerminatedOn"> {
  const contractMonths = row.wholeNumber("contract_months", 1, LONGEST_CONTRACT_MONTHS);
  const given = row.date("contract_started_on");
  const contractTerminatedOn = row.date("contract_terminated_on");
  if (row.text("contract_months") === "") {
    for (const field of ["contract_started_on", "contract_terminated_on"]) {
      if (row.text(field) !== "") row.refuse(field, "is given without contract_months");
    }
    return { contractMonths: null, contractStartedOn: null, contractTerminatedOn: null };
  }
  const contractStartedOn = given ?? startedOn;
  if (contractTerminatedOn !== null && contractTerminatedOn < contractStartedOn) {
    row.refuse("contract_terminated_on", "lies before the contract's start");
  }
  return { contractMonths, contractStartedOn, contractTerminatedOn };
}

/** `code`, `code:start` or `code:start:end`, separated by semicolons; without a start it is the subscription's. */
function readAddOns(row: RowReader, startedOn: number): ParsedAddOn[] {
  const entries = row
    .text("add_ons")
    .split(";")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
  const addOns: ParsedAddOn[] = [];
  for (const entry of entries) {
    const addOn = readAddOn(entry, startedOn);
    if (typeof addOn === "string") row.refuse("add_ons", addOn);
    else if (addOns.some((other) => other.code === addOn.code && other.startedOn === addOn.startedOn)) {
      row.refuse("add_ons", `names ${addOn.code} of ${formatEpochDay(addOn.startedOn)} twice`);
    } else addOns.push(addOn);
  }
  return addOns;
}

function readAddOn(entry: string, subscribedOn: number): ParsedAddOn | string {
  const [code = "", start, end, ...more] = entry.split(":").map((part) => part.trim());
  const startedOn = start === undefined || start === "" ? subscribedOn : parseEpochDay(start);
  const endedOn = end === undefined || end === "" ? null : parseEpochDay(end);
  const badEnd = end !== undefined && end !== "" && endedOn === null;
  if (!isCode(code) || startedOn === null || badEnd || more.length > 0) {
    return `has "${entry}"; write code, code:YYYY-MM-DD or code:YYYY-MM-DD:YYYY-MM-DD, separated by semicolons`;
  }
  if (endedOn !== null && endedOn < startedOn) return `has "${entry}", which ends before it starts`;
  return { code, startedOn, endedOn };
}
