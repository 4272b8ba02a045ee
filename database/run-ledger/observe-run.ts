import type { Queryable } from "../../platform/postgres.ts";
import type {
  DeliveryHold,
  GenerationState,
  LedgerFacts,
  PartitionFacts,
  ProofFacts,
} from "./ledger-facts.ts";
import { observeBaseline } from "./observe-baseline.ts";
import { overdueMessages } from "./overdue-messages.ts";
import { observeNotifications } from "./observe-notifications.ts";
import { stuckOutboxSinceMs } from "./stuck-outbox.ts";

interface GenerationRow {
  readonly period: string;
  readonly number: number;
  readonly state: GenerationState;
  readonly createdAtMs: number;
  readonly expected: number;
  readonly currency: string;
  readonly digest: string | null;
  readonly proof: readonly ProofFacts[] | null;
  readonly released: boolean;
  readonly reservedUntilMs: number | null;
  readonly deliverWithinMs: number;
  readonly deliveryHold: DeliveryHold | null;
}

/**
 * What the ledger says of the run's latest generation; null while it has none. Reads only, under a role that may see
 * the ledger and the notifications' states. The comparison of single bills is not part of it: see
 * `largestBillIncreasePercent`. A generation from before there were deadlines has that of `defaultWithinMs`.
 */
export async function observeRun(
  client: Queryable,
  runId: string,
  defaultWithinMs: number,
): Promise<LedgerFacts | null> {
  const { rows } = await client.query<GenerationRow>(
    `select to_char(period, 'YYYY-MM') as period, number, state, extract(epoch from created_at)::float8 * 1000 as "createdAtMs",
       expected_accounts as expected, currency, encode(digest, 'hex') as digest, proof, released_at is not null as released,
       case when release_at > billing_now() then round(extract(epoch from release_at) * 1000)::bigint end as "reservedUntilMs",
       coalesce((notification_policy ->> 'deliverWithinMs')::bigint, $2::bigint) as "deliverWithinMs",
       delivery_hold() as "deliveryHold"
     from generations where run_id = $1 order by period desc, number desc limit 1`,
    [runId, defaultWithinMs],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { period, number: generation, createdAtMs, ...facts } = row;
  const address = { period, generation };
  const promoted = row.state === "live" || row.state === "superseded";
  return {
    ...facts,
    generation,
    createdAtMs: Math.round(createdAtMs),
    partitions: await observePartitions(client, period, generation),
    baseline: await observeBaseline(client, period, generation),
    overdue: promoted ? await overdueMessages(client, address, row.deliverWithinMs) : 0,
    outboxStuckSinceMs: promoted ? await stuckOutboxSinceMs(client, address) : null,
    notifications: promoted ? await observeNotifications(client, address) : null,
  };
}

type PartitionRow = Omit<PartitionFacts, "totalMinor"> & { readonly totalMinor: string };

async function observePartitions(
  client: Queryable,
  period: string,
  generation: number,
): Promise<PartitionFacts[]> {
  const { rows } = await client.query<PartitionRow>(
    `select partition_index as index, state, expected_accounts as expected, coalesce(billed, 0) as billed,
       coalesce(held, 0) as held, coalesce(excluded, 0) as excluded, coalesce(total_minor, 0)::text as "totalMinor",
       round(extract(epoch from started_at) * 1000)::bigint as "startedAtMs", encode(digest, 'hex') as digest
     from generation_partitions where period = ($1 || '-01')::date and generation = $2 order by partition_index`,
    [period, generation],
  );
  return rows.map((row) => ({ ...row, totalMinor: BigInt(row.totalMinor) }));
}
