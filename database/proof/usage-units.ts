import type { Queryable } from "../../platform/postgres.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/** Units of one meter in thousandths, each record rounded up to the meter's step. */
export interface UsageUnits {
  /** Every record of the period that was received before the freeze. */
  readonly recordedMilli: bigint;
  /** Those of accounts that are held: recorded, but on no bill. */
  readonly heldMilli: bigint;
}

/** Meter number → step in thousandths of its unit. */
export type MeterSteps = ReadonlyMap<number, number>;

interface Row {
  readonly meterId: number;
  readonly units: string;
}

/** Units by meter number, from the usage records themselves; a meter without a step counts its raw quantity. */
export async function readUsageUnits(
  client: Queryable,
  address: GenerationAddress,
  steps: MeterSteps,
): Promise<Map<number, UsageUnits>> {
  const parameters = [periodDate(address.period), address.generation];
  const rounded = roundedQuantity(steps);
  const recorded = await client.query<Row>(
    `select u.meter_id as "meterId", sum(${rounded})::text as units
     from usage_records u
     where u.period = $1 and u.received_at <= (select frozen_at from generations where period = $1 and number = $2)
     group by u.meter_id`,
    parameters,
  );
  const held = await client.query<Row>(
    `select u.meter_id as "meterId", sum(${rounded})::text as units
     from held_accounts h
     join generations g on g.period = h.period and g.number = h.generation
     join accounts a on a.id = h.account_id
     join subscriptions s on s.account_id = a.id
     join usage_records u on u.period = h.period and u.bucket = s.bucket and u.subscription_id = s.id
     where h.period = $1 and h.generation = $2 and u.received_at <= g.frozen_at
     group by u.meter_id`,
    parameters,
  );
  const heldByMeter = new Map(held.rows.map((row) => [row.meterId, BigInt(row.units)]));
  return new Map(
    recorded.rows.map((row) => [
      row.meterId,
      { recordedMilli: BigInt(row.units), heldMilli: heldByMeter.get(row.meterId) ?? 0n },
    ]),
  );
}

function roundedQuantity(steps: MeterSteps): string {
  const cases = [...steps].map(
    ([meterId, step]) => `when ${meterId} then (u.quantity_milli + ${step - 1}) / ${step} * ${step}`,
  );
  return cases.length === 0
    ? "u.quantity_milli"
    : `case u.meter_id ${cases.join(" ")} else u.quantity_milli end`;
}
