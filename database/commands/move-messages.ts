import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { loadMessages, type LoadedGroup, type LoadedMessage } from "./load-messages.ts";
import { groupTargets, type MessageTarget } from "./message-target.ts";
import { writeMoves, type Move } from "./write-moves.ts";

/** A row as it is to be, or the code of why it stays. */
export type MoveDecision =
  | { readonly kind: "moved"; readonly row: NotificationRow }
  | { readonly kind: "refused"; readonly why: string };

/** What is to become of one message; the caller asks the state machine. Billing clock. */
export type DecideMove = (message: LoadedMessage, group: LoadedGroup, nowMs: number) => MoveDecision;

/** One message that moved, for a person to look at. */
export interface MovedMessage {
  readonly billId: number;
  readonly generation: number;
  readonly messageGeneration: number;
  readonly from: string;
  readonly to: string;
  readonly channel: string;
  /** Billing clock; null = not scheduled. */
  readonly dueAt: string | null;
}

/** What came of an order over many messages. */
export interface MoveTally {
  readonly moved: number;
  /** Those that moved, by `from → to`, and channel. */
  readonly byMove: Readonly<Record<string, number>>;
  readonly refused: Readonly<Record<string, number>>;
  /** The first ones that moved. */
  readonly sample: readonly MovedMessage[];
  /** There are more than one command takes: give another. */
  readonly more: boolean;
}

/** Targets in chunks of what one statement takes; `more` when the last chunk was not the end. */
export interface TargetChunk {
  readonly targets: readonly MessageTarget[];
  /** Of what was asked for: not there. */
  readonly missing: number;
  readonly more: boolean;
}

const sampleSize = 20;

/**
 * Decides and moves all targets, a chunk at a time, in the caller's transaction; with `commandId` null nothing is
 * locked or written, and the tally says what would happen.
 */
export async function moveMessages(
  client: Queryable,
  chunks: AsyncIterable<TargetChunk>,
  decide: DecideMove,
  commandId: string | null,
): Promise<MoveTally> {
  const clock = await client.query<{ nowMs: number }>(
    `select extract(epoch from billing_now())::float8 * 1000 as "nowMs"`,
  );
  const nowMs = clock.rows[0]?.nowMs ?? 0;
  const byMove: Record<string, number> = {};
  const refused: Record<string, number> = {};
  const sample: MovedMessage[] = [];
  let moved = 0;
  let more = false;
  for await (const chunk of chunks) {
    more = chunk.more;
    let missing = chunk.missing + chunk.targets.length;
    for (const targets of groupTargets(chunk.targets)) {
      const group = await loadMessages(client, targets, commandId !== null);
      missing -= group.messages.length;
      const moves: Move[] = [];
      for (const message of group.messages) {
        const decision = decide(message, group, nowMs);
        if (decision.kind === "refused") count(refused, decision.why);
        else moves.push({ before: message.row, after: decision.row });
      }
      for (const move of moves) {
        count(byMove, `${move.before.state} → ${move.after.state} ${move.after.channel}`);
        if (sample.length < sampleSize) sample.push(told(move));
      }
      moved += moves.length;
      if (commandId !== null) await writeMoves(client, group, commandId, moves);
    }
    if (missing > 0) count(refused, "no-such-message", missing);
  }
  return { moved, byMove, refused, sample, more };
}

function count(counts: Record<string, number>, key: string, by = 1): void {
  counts[key] = (counts[key] ?? 0) + by;
}

function told({ before, after }: Move): MovedMessage {
  const { billId, generation, messageGeneration, channel } = after;
  const dueAt = "dueAtMs" in after ? new Date(after.dueAtMs).toISOString() : null;
  return { billId, generation, messageGeneration, from: before.state, to: after.state, channel, dueAt };
}
