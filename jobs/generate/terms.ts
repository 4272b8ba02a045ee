import { addMonths } from "../../billing/epoch-day.ts";
import type { AddOnRow } from "../../database/members/copy-add-ons.ts";
import type { AdjustmentRow } from "../../database/members/copy-adjustments.ts";
import type { ContractRow } from "../../database/members/copy-contracts.ts";
import type { SuspensionRow } from "../../database/members/copy-suspensions.ts";
import { numbering } from "./numbering.ts";
import { Purpose, RandomStream } from "./random-stream.ts";
import type { Scenario } from "./scenario.ts";
import type { Line, ServedAccount } from "./served-account.ts";
import { spread } from "./spread.ts";

/** What an account has agreed besides its plans. */
export interface Terms {
  readonly contracts: readonly ContractRow[];
  readonly addOns: readonly AddOnRow[];
  readonly suspension: SuspensionRow | null;
  readonly adjustment: AdjustmentRow | null;
  readonly birthday: number;
  readonly welfareClass: string;
}

const stream = new RandomStream();

/** Draws the terms of an account; the same for the same seed, whoever asks and when. */
export function drawTerms(scenario: Scenario, account: ServedAccount): Terms {
  stream.restart(scenario.seed, account.ordinal, Purpose.terms);
  const { welfareClasses } = scenario.catalogue;
  return {
    birthday: stream.chance(spread.unknownBirthday) ? 0 : drawBirthday(),
    welfareClass:
      stream.chance(spread.welfare) && welfareClasses.length > 0 ? stream.pick(welfareClasses) : "",
    contracts: drawContracts(scenario, account),
    addOns: drawAddOns(scenario, account),
    suspension: drawSuspension(scenario, account),
    adjustment: drawAdjustment(scenario, account),
  };
}

function drawBirthday(): number {
  const month = stream.between(1, 12);
  const days = month === 2 ? 29 : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return month * 100 + stream.between(1, days);
}

function drawContracts(scenario: Scenario, { lines, bucket }: ServedAccount): ContractRow[] {
  const { period, catalogue } = scenario;
  const [first] = lines;
  if (first === undefined || catalogue.contractMonths.length === 0 || !stream.chance(spread.contracts))
    return [];
  const months = stream.pick(catalogue.contractMonths);
  // Not before the subscription, and mostly still running: the last tenth of them has just run out.
  const earliest = Math.max(first.startedOn, addMonths(period.start, -Math.ceil(months * 1.1)));
  const startedOn = stream.between(
    earliest,
    Math.max(earliest, Math.min(period.start - 1, first.endedOn ?? period.end)),
  );
  const running = addMonths(startedOn, months) > period.end;
  const brokenOn = stream.chance(spread.earlyTerminations)
    ? stream.between(period.start, period.end - 1)
    : null;
  // A member who leaves breaks the contract; one who changes the plan keeps it, on the new subscription.
  const leaves = lines.length === 1 ? first.endedOn : null;
  const terminatedOn = running ? (leaves ?? laterOf(brokenOn, startedOn)) : null;
  const contract = { subscriptionId: first.id, bucket, months, startedOn, terminatedOn };
  const rows = [{ ...contract, id: numbering.contract(first.id) }];
  const moved = lines[1];
  if (first.endedOn !== null && moved !== undefined) {
    rows[0] = { ...contract, id: numbering.contract(first.id), terminatedOn: null };
    rows.push({
      ...contract,
      id: numbering.contract(moved.id),
      subscriptionId: moved.id,
      terminatedOn: null,
    });
  }
  return rows;
}

function laterOf(day: number | null, than: number): number | null {
  return day === null || day < than ? null : day;
}

function drawAddOns(scenario: Scenario, { lines, bucket }: ServedAccount): AddOnRow[] {
  const { period, catalogue } = scenario;
  const [line] = lines;
  if (line === undefined || catalogue.addOns.length === 0 || !stream.chance(spread.addOns)) return [];
  const wanted = Math.min(stream.pickWeighted(NUMBER_OF_ADD_ONS), catalogue.addOns.length);
  const offset = stream.below(catalogue.addOns.length);
  return Array.from({ length: wanted }, (_, position) => {
    const withinMonth = stream.chance(0.03);
    const last = line.endedOn ?? period.end - 1;
    const startedOn = withinMonth
      ? Math.max(line.startedOn, stream.between(period.start, last))
      : stream.between(line.startedOn, Math.max(line.startedOn, period.start - 1));
    const endsWithinMonth = stream.chance(0.02);
    const endedOn = endsWithinMonth ? Math.max(startedOn, stream.between(period.start, last)) : line.endedOn;
    const code = catalogue.addOns[(offset + position) % catalogue.addOns.length] ?? "";
    return {
      id: numbering.addOn(line.id, position),
      subscriptionId: line.id,
      bucket,
      code,
      startedOn,
      endedOn,
    };
  });
}

const NUMBER_OF_ADD_ONS = [
  { value: 1, weight: 60 },
  { value: 2, weight: 28 },
  { value: 3, weight: 12 },
] as const;

function drawSuspension(scenario: Scenario, { lines, bucket }: ServedAccount): SuspensionRow | null {
  const [line] = lines;
  if (line === undefined || !stream.chance(spread.suspensions)) return null;
  const { period } = scenario;
  const last = line.endedOn ?? period.end - 1;
  const startedOn = Math.max(line.startedOn, stream.between(period.start - 20, last));
  const length = stream.between(3, 25);
  return { subscriptionId: line.id, bucket, startedOn, endedOn: suspensionEnd(line, startedOn, length) };
}

function suspensionEnd(line: Line, startedOn: number, days: number): number | null {
  if (line.endedOn !== null) return Math.min(line.endedOn, startedOn + days);
  return days > 22 ? null : startedOn + days;
}

function drawAdjustment(
  scenario: Scenario,
  { ordinal, accountId, bucket }: ServedAccount,
): AdjustmentRow | null {
  if (!stream.chance(spread.adjustments)) return null;
  const { catalogue, period } = scenario;
  const common = { id: ordinal, accountId, bucket, period: period.start, createdBy: "generate" };
  const charge = stream.chance(0.3) && catalogue.charges.length > 0 ? stream.pick(catalogue.charges) : null;
  if (charge !== null) {
    return {
      ...common,
      kind: "taxable",
      charge: charge.code,
      amountMinor: charge.priceMinor,
      reason: "one-off charge",
    };
  }
  // 1,000 to 20,000 won, 1 to 20 dollars.
  const unitMinor = catalogue.currencyExponent === 0 ? 1000 : 10 ** catalogue.currencyExponent;
  const amountMinor = -stream.between(1, 20) * unitMinor;
  const kind = stream.chance(0.5) ? "taxable" : "final";
  return { ...common, kind, charge: "", amountMinor, reason: "goodwill credit for a service interruption" };
}
