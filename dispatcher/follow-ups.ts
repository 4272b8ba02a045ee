import { lockFollowUps, type DueFollowUp } from "../database/notifications/lock-follow-ups.ts";
import type { OpenGeneration } from "../database/notifications/open-generations.ts";
import { writeFollowUps, type SettledFollowUp } from "../database/notifications/write-follow-ups.ts";
import { CHANNELS } from "../notification/channel.ts";
import { followUp } from "../notification/follow-up.ts";
import { policyOfGeneration } from "../notification/read-policy.ts";
import { transition } from "../notification/state.ts";
import type { DeliveryRules } from "../notification/transition.ts";
import { inTransaction, type Pool } from "../platform/postgres.ts";

const rowsPerTurn = 1_000;

/**
 * Finds out of due messages that follow former ones of the same bill what they are: the first, a correction, nothing to
 * say, or one that must wait; returns how many. Only then can they be queued. In a generation without such messages, and
 * that is nearly every one, this is a probe of an empty index.
 */
export async function settleFollowUps(pool: Pool, address: OpenGeneration): Promise<number> {
  const { ladders, maxUnknownOutcomes } = policyOfGeneration(address.notificationPolicy);
  // Quiet hours are left to the consumer that claims the row: the dispatcher has no right to read members.
  const rules: DeliveryRules = { ladders, maxUnknownOutcomes, quiet: { zone: "UTC", windows: [] } };
  return await inTransaction(pool, async (client) => {
    const { nowMs, rows } = await lockFollowUps(client, address, rowsPerTurn);
    const settled = rows.map((due) => settle(due, address.generation, nowMs, rules));
    if (settled.length > 0) await writeFollowUps(client, address, settled);
    return settled.length;
  });
}

function settle(due: DueFollowUp, generation: number, nowMs: number, rules: DeliveryRules): SettledFollowUp {
  const found = followUp(due.amountMinor, due.former);
  // What the transition looks at; channel and plan stay as they are in the row.
  const row = {
    billId: due.billId,
    generation,
    messageGeneration: due.messageGeneration,
    channel: CHANNELS[0] ?? "email",
    fallbacks: [],
    attempt: 0,
    seq: 0,
    unknownOutcomes: 0,
    provider: null,
    state: "SCHEDULED",
    dueAtMs: nowMs,
    reason: "released",
  } as const;
  const result = transition(row, { kind: "follow-up", nowMs, found: found.kind }, rules);
  if (result.kind === "refused") throw new Error(`a due follow-up was refused: ${result.why}`);
  return { found, row: result.row };
}
