import assert from "node:assert/strict";
import type { World } from "./world.ts";

/** Each bill accepted once; a key that came again was answered and not accepted, and no more of those than unknowns. */
export async function assertAcceptedOnce(world: World, bills: number): Promise<void> {
  const log = world.providerLog();
  const accepted = log.filter(({ kind }) => kind === "accept").map(({ key }) => key);
  assert.equal(accepted.length, bills);
  assert.equal(new Set(accepted).size, bills);
  const { rows } = await world.database.query<{ unknowns: number }>(
    "select coalesce(sum(unknown_outcomes), 0)::bigint as unknowns from notifications",
  );
  const replays = log.length - accepted.length;
  assert.ok(
    replays <= (rows[0]?.unknowns ?? 0),
    `${replays} resends, ${rows[0]?.unknowns ?? 0} unknown outcomes`,
  );
}
