import { bucketOf } from "../../database/bucket.ts";
import type { CataloguePlan } from "./catalogue.ts";
import { familyOf } from "./family.ts";
import { numbering } from "./numbering.ts";
import { Purpose, RandomStream } from "./random-stream.ts";
import type { Scenario } from "./scenario.ts";
import { spread } from "./spread.ts";

/** An account and its lines: as much as its usage depends on. */
export interface ServedAccount {
  readonly ordinal: number;
  readonly accountId: number;
  readonly familyId: number | null;
  readonly bucket: number;
  /** Epoch day. */
  readonly joinedOn: number;
  readonly lines: readonly Line[];
}

/** One subscription; epoch days, the last one counted, null while it goes on. */
export interface Line {
  readonly id: number;
  /** Null for a plan that no tariff has. */
  readonly plan: CataloguePlan | null;
  readonly startedOn: number;
  readonly endedOn: number | null;
}

const stream = new RandomStream();

/** Draws the account of a member and its subscriptions; the same for the same seed, whoever asks and when. */
export function drawServedAccount(scenario: Scenario, ordinal: number): ServedAccount {
  const { period, catalogue, seed } = scenario;
  const familyId = familyOf(scenario, ordinal);
  stream.restart(seed, ordinal, Purpose.service);
  const event = stream.fraction();
  const changeDay = stream.between(period.start + 1, period.end - 2);
  const joinedOn = event < spread.joins ? changeDay : drawJoinedOn(period.start);
  const unbillable = ordinal % spread.unbillableEvery === 777;
  const plan = unbillable ? null : stream.pickWeighted(catalogue.plans);
  return {
    ordinal,
    accountId: numbering.account(ordinal),
    familyId,
    bucket: bucketOf(familyId ?? numbering.account(ordinal)),
    joinedOn,
    lines: drawLines(scenario, { ordinal, event, changeDay, joinedOn, plan }),
  };
}

/** Recent years weigh more: half of the members joined within the last five, a quarter over fifteen years ago. */
function drawJoinedOn(before: number): number {
  const share = stream.fraction() ** 2.5;
  return before - 1 - Math.floor(share * (before - 1 - spread.firstJoin));
}

interface Beginning {
  readonly ordinal: number;
  /** Decides what happens to the account within the month. */
  readonly event: number;
  readonly changeDay: number;
  readonly joinedOn: number;
  readonly plan: CataloguePlan | null;
}

function drawLines(scenario: Scenario, beginning: Beginning): Line[] {
  const { event, changeDay, joinedOn, ordinal, plan } = beginning;
  const first = { id: numbering.subscription(ordinal, 0), plan, startedOn: joinedOn, endedOn: null };
  const second = { ...first, id: numbering.subscription(ordinal, 1) };
  let until: number = spread.joins;
  if (event < until) return [first];
  if (event < (until += spread.cancellations)) return [{ ...first, endedOn: changeDay }];
  if (plan !== null && event < (until += spread.planChanges)) {
    const next = stream.pickWeighted(scenario.catalogue.plans);
    return [
      { ...first, endedOn: changeDay - 1 },
      { ...second, startedOn: changeDay, plan: next },
    ];
  }
  if (plan !== null && event < until + spread.secondSubscription) {
    const startedOn = stream.between(joinedOn, scenario.period.start - 1);
    return [first, { ...second, startedOn, plan: stream.pickWeighted(scenario.catalogue.plans) }];
  }
  return [first];
}
