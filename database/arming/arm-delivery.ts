import type { Queryable } from "../../platform/postgres.ts";
import type { DeliveryHold } from "../run-ledger/ledger-facts.ts";

/** Who arms delivery, and whether a promoted standby is to be trusted from now on. */
export interface ArmOrder {
  readonly actor: string;
  readonly reason: string;
  readonly trustsFailover: boolean;
}

/** What is let go by arming, for the person who does it. */
export interface ArmAnswer {
  /** Why it was held; null = it was armed here already. */
  readonly was: DeliveryHold | null;
  readonly systemIdentifier: string;
  readonly timeline: number;
  readonly trustsFailover: boolean;
  /** Messages under way of released generations, by state: what this database takes for unsent. */
  readonly open: Readonly<Record<string, number>>;
  /** Of those, due by now. */
  readonly due: number;
}

/** What arming would let go, without doing it. */
export async function foreseeArming(client: Queryable, { trustsFailover }: ArmOrder): Promise<ArmAnswer> {
  const { rows } = await client.query<Omit<ArmAnswer, "open" | "due" | "trustsFailover">>(
    `select delivery_hold() as was, system_identifier as "systemIdentifier", timeline from server_identity()`,
  );
  const [facts] = rows;
  if (facts === undefined) throw new Error("a function always has a row");
  const counted = await client.query<{ state: string; open: number; due: number }>(
    `select n.state, count(*) as open, count(*) filter (where n.due_at <= billing_now()) as due
       from notifications n
       join generations g on g.number = n.generation and g.period = to_date((n.bill_id / 10000000000)::text, 'YYYYMM')
      where n.state in ('SCHEDULED', 'QUEUED', 'SENDING', 'UNKNOWN') and g.released_at is not null
      group by n.state order by n.state`,
  );
  const open = Object.fromEntries(counted.rows.map((row) => [row.state, row.open]));
  return { ...facts, trustsFailover, open, due: counted.rows.reduce((sum, row) => sum + row.due, 0) };
}

/** Arms delivery on the server that answers, in the caller's transaction. */
export async function armDelivery(client: Queryable, order: ArmOrder): Promise<ArmAnswer> {
  const answer = await foreseeArming(client, order);
  await client.query(
    `insert into delivery_arming as a
            (system_identifier, timeline, trusts_failover, held_cause, changed_by, reason)
     select system_identifier, timeline, $1, null, $2, $3 from server_identity()
     on conflict (only_row) do update
       set system_identifier = excluded.system_identifier, timeline = excluded.timeline,
           trusts_failover = excluded.trusts_failover, held_cause = null, changed_by = excluded.changed_by,
           reason = excluded.reason, changed_at = clock_timestamp()`,
    [order.trustsFailover, order.actor, order.reason],
  );
  return answer;
}
