import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { periodDate, type GenerationAddress } from "../generations/address.ts";

/**
 * Room for the row's next versions on its own page: a message changes state three times or more, and every change
 * touches an index, so the page is pruned and refilled instead of the table growing at its end.
 */
const fillfactor = 60;

/** Name of the leaf, e.g. `notifications_2026_10_g1`; throws RangeError for an address that is none, because it becomes part of a statement. */
export function leafName({ period, generation }: GenerationAddress): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(period)) throw new RangeError(`"${period}" is not a period (YYYY-MM)`);
  if (!Number.isSafeInteger(generation) || generation < 1)
    throw new RangeError(`no generation: ${generation}`);
  return `notifications_${period.replace("-", "_")}_g${generation}`;
}

/**
 * Creates the leaf beside the partitioned table, without indexes, to be filled by COPY. Its check constraint says
 * what the partition bounds will say, so that attaching it scans nothing. Returns the table's name.
 */
export async function createStagedLeaf(client: Queryable, address: GenerationAddress): Promise<string> {
  const leaf = leafName(address);
  const { from, to } = billIdRange(address.period);
  await client.query(
    `create table ${leaf} (
       like notifications including defaults,
       constraint ${leaf}_bounds
         check (generation = ${address.generation} and bill_id >= ${from} and bill_id < ${to})
     ) with (fillfactor = ${fillfactor})`,
  );
  return leaf;
}

/**
 * The indexes of delivery: the key; what is due, for the dispatcher; what is queued, for its backpressure and the
 * recovery of an outbox batch; what is being sent, for the lease sweep; what is due after a former message, and what has
 * no known outcome. All but the key hold only rows in that state, so each stays as small as the work at hand. Ends with the statistics that the planner needs from the first claim on.
 */
export async function indexStagedLeaf(client: Queryable, address: GenerationAddress): Promise<void> {
  const leaf = leafName(address);
  await client.query(`alter table ${leaf} add constraint ${leaf}_pkey primary key (bill_id)`);
  await client.query(
    `create index ${leaf}_due on ${leaf} (channel, due_at) where state in ('SCHEDULED', 'UNKNOWN')`,
  );
  await client.query(`create index ${leaf}_queued on ${leaf} (channel, outbox_batch) where state = 'QUEUED'`);
  await client.query(`create index ${leaf}_sending on ${leaf} (lease_until) where state = 'SENDING'`);
  await client.query(
    `create index ${leaf}_follows on ${leaf} (due_at) where state = 'SCHEDULED' and follows`,
  );
  await client.query(`create index ${leaf}_unknown on ${leaf} (channel, due_at) where state = 'UNKNOWN'`);
  // The trigger of the partitioned table sees what goes through it; this one, what names the leaf.
  await client.query(
    `create trigger count_updates after update on ${leaf} referencing old table as moved_from new table as moved_to
     for each statement execute function count_moved_messages()`,
  );
  await client.query(`analyze ${leaf}`);
}

/** Makes the filled leaf a partition of `notifications`, counted, and makes sure that the month's attempts have a table. */
export async function attachStagedLeaf(client: Queryable, address: GenerationAddress): Promise<void> {
  const leaf = leafName(address);
  await client.query("select create_notification_month($1), create_attempt_month($1)", [
    periodDate(address.period),
  ]);
  // Before the lock that attaching takes: counting a million rows takes some 0.4 s.
  await client.query("select count_attached_messages($1::regclass)", [leaf]);
  await client.query(
    `alter table ${leaf.replace(/_g\d+$/, "")} attach partition ${leaf} for values in (${address.generation})`,
  );
  await client.query(`alter table ${leaf} drop constraint ${leaf}_bounds`);
}

/**
 * Removes a leaf that was staged and never attached, as a crash leaves it; nothing happens when there is none. The lock
 * comes before the look: a leaf that is being attached at this moment holds the live generation's messages once the
 * attaching transaction has committed, and `drop table` would wait for that and then drop them all.
 */
export async function dropStagedLeaf(client: Queryable, address: GenerationAddress): Promise<void> {
  const leaf = leafName(address);
  await client.query(
    `do $$ begin
       if to_regclass('${leaf}') is null then return; end if;
       lock table ${leaf} in access exclusive mode;
       if exists (select from pg_class where oid = '${leaf}'::regclass and relispartition) then
         raise exception '${leaf} is attached: it holds messages' using errcode = 'object_in_use';
       end if;
       drop table ${leaf};
     end $$`,
  );
}
