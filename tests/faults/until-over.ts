import { setTimeout as sleep } from "node:timers/promises";
import type { GenerationAddress } from "../../database/generations/address.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { SUBSCRIPTIONS } from "../../events/consumer-groups.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import type { FaultWorld } from "./fault-world.ts";

const healingMs = 120_000;

/**
 * Waits for the end of every message, everything told and recorded, an empty outbox and no lag of any group; what is
 * still missing after two minutes is broken.
 */
export async function untilOver(world: FaultWorld, address: GenerationAddress): Promise<Invariant[]> {
  const deadlineMs = performance.now() + healingMs;
  let missing = "";
  while (performance.now() < deadlineMs) {
    missing = await whatIsMissing(world, address).catch((error: unknown) => String(error));
    if (missing === "") return [];
    await sleep(150);
  }
  return [{ name: "everything-at-its-end-within-120-s", holds: false, detail: missing }];
}

/** Rows by state. */
export async function statesOf(
  world: FaultWorld,
  { generation }: GenerationAddress,
): Promise<Record<string, number>> {
  const { rows } = await world.withDatabase((client) =>
    client.query<{ state: string; rows: number }>(
      "select state, count(*) as rows from notifications where generation = $1 group by state order by state",
      [generation],
    ),
  );
  return Object.fromEntries(rows.map(({ state, rows: count }) => [state, count]));
}

async function whatIsMissing(world: FaultWorld, address: GenerationAddress): Promise<string> {
  // What a provider tells may set a message going again: the rows are at their end when it has told all before and after.
  const told = await world.receipts();
  const states = await statesOf(world, address);
  const open = ["SCHEDULED", "QUEUED", "SENDING", "UNKNOWN"].filter((state) => states[state]);
  if (open.length > 0) return JSON.stringify(states);
  const { due, waiting } = await world.receipts();
  if (told.waiting + waiting > 0 || told.due !== due) return `${waiting} receipts not yet told`;
  return (await unfinished(world)) ?? (await whoLags(world.kafka.bootstrap)) ?? "";
}

async function unfinished(world: FaultWorld): Promise<string | null> {
  const { rows } = await world.withDatabase((client) =>
    client.query<{ batches: number; receipts: number }>(
      `select (select count(*) from outbox_batches) as batches,
              (select count(*) from receipts where effect is null) as receipts`,
    ),
  );
  const { batches = -1, receipts = -1 } = rows[0] ?? {};
  return batches === 0 && receipts === 0
    ? null
    : `${batches} outbox batches open, ${receipts} receipts without their message`;
}

async function whoLags(bootstrap: string): Promise<string | null> {
  const admin = await createKafkaAdmin(bootstrap, "faults");
  try {
    for (const { group, topic } of SUBSCRIPTIONS) {
      const lag = await admin.groupLag(group, topic);
      if (lag > 0) return `lag of ${group}: ${lag}`;
    }
    return null;
  } finally {
    await admin.close();
  }
}
