import { setTimeout as sleep } from "node:timers/promises";
import type { ArmingWatch } from "../database/arming/arming-watch.ts";
import type { OpenGeneration } from "../database/notifications/open-generations.ts";
import { CHANNELS } from "../notification/channel.ts";
import type { Logger } from "../platform/logger.ts";
import { createBackpressure, type Backpressure } from "./backpressure.ts";
import type { DispatcherConfig } from "./config.ts";
import { settleFollowUps } from "./follow-ups.ts";
import { createOpenBatches, type OpenBatches } from "./open-batches.ts";
import { bringToKafka, queueLane, recoverBatches, type Lane, type Outbox } from "./outbox.ts";
import { createGenerationReader } from "./readable-generations.ts";
import { sweep } from "./sweep.ts";

const retryDelayMs = 1_000;
/** How soon it is noticed that a person has armed delivery. */
const heldPauseMs = 1_000;
/** A release is noticed within this time. */
const generationsRefreshMs = 1_000;

/** While Kafka acknowledges one batch the next is queued; two more bridge what either of them hesitates. */
const mostOpenBatches = 4;

/** A dispatcher at work. */
export interface Dispatcher extends Outbox {
  readonly config: DispatcherConfig;
  readonly logger: Logger;
  readonly arming: ArmingWatch;
  /** Ends the loop after the batches in hand. */
  readonly stopping: AbortSignal;
}

/**
 * Brings due notifications to Kafka until told to stop. Any number of dispatchers may run side by side. While delivery is held
 * it does nothing. When the database or Kafka is away it waits and, before anything new, produces what it may have left unproduced.
 */
export async function runDispatcher(dispatcher: Dispatcher): Promise<void> {
  let recovering = true;
  const readGenerations = createGenerationReader(dispatcher.pool, dispatcher.logger);
  const batches = createOpenBatches(mostOpenBatches);
  const emptyState = (): LoopState => ({
    ...{ open: [], refreshedAtMs: -Infinity, sweptAtMs: -Infinity, readGenerations, batches },
    backpressure: createBackpressure(dispatcher.pool, dispatcher.config.MAX_QUEUED),
  });
  let state = emptyState();
  while (!dispatcher.stopping.aborted) {
    try {
      if ((await dispatcher.arming.hold()) !== null) {
        await batches.drain();
        // Whatever this process knew was of another server, or of another past.
        recovering = true;
        state = emptyState();
        await pause(heldPauseMs, dispatcher.stopping);
        continue;
      }
      // Also at the start: a batch of a crashed dispatcher need not wait, and producing twice is harmless.
      if (recovering) await recoverBatches(dispatcher, 0);
      recovering = false;
      const moved = await turn(dispatcher, state);
      if (moved === 0) await pause(dispatcher.config.POLL_INTERVAL_MS, dispatcher.stopping);
    } catch (error) {
      dispatcher.logger.warn({ err: error }, "dispatch interrupted, trying again");
      dispatcher.metrics.interrupted();
      // What is still on its way ends first, or it would be produced beside its own recovery.
      await settle(dispatcher, batches);
      recovering = true;
      state = emptyState();
      await pause(retryDelayMs, dispatcher.stopping);
    }
  }
  await settle(dispatcher, batches);
}

interface LoopState {
  open: readonly OpenGeneration[];
  refreshedAtMs: number;
  sweptAtMs: number;
  readonly readGenerations: () => Promise<readonly OpenGeneration[]>;
  readonly backpressure: Backpressure;
  readonly batches: OpenBatches;
}

/** One round over all lanes; returns how many rows it queued or put right. */
async function turn(dispatcher: Dispatcher, state: LoopState): Promise<number> {
  // 1. A batch that did not get through ends the turn before anything new is queued.
  await state.batches.room();
  // 2. Which generations are released.
  if (performance.now() - state.refreshedAtMs > generationsRefreshMs) {
    state.open = await state.readGenerations();
    state.refreshedAtMs = performance.now();
  }
  // 3. What crashes and losses have left.
  let moved = await sweepWhenDue(dispatcher, state);
  for (const address of state.open) {
    // 4. What due follow-ups are.
    moved += await settleFollowUps(dispatcher.pool, address);
    // 5. What is due in each channel.
    for (const channel of CHANNELS) moved += await dispatchLane(dispatcher, state, { ...address, channel });
  }
  return moved;
}

async function sweepWhenDue(dispatcher: Dispatcher, state: LoopState): Promise<number> {
  const { config } = dispatcher;
  if (performance.now() - state.sweptAtMs <= config.SWEEP_INTERVAL_MS) return 0;
  // So that no batch of this process is taken for one that a crash has left, however slow its broker is.
  await state.batches.drain();
  const moved = await sweep(dispatcher, state.open, {
    batchRecoveryMs: config.BATCH_RECOVERY_MS,
    queuedOverdueMs: config.QUEUED_OVERDUE_MS,
  });
  state.sweptAtMs = performance.now();
  return moved;
}

/** Queues one batch of a lane and sends it on its way, when there is room for it in Kafka and among the open ones. */
async function dispatchLane(dispatcher: Dispatcher, state: LoopState, lane: Lane): Promise<number> {
  await state.batches.room();
  const room = await state.backpressure.room(lane.channel, state.open);
  if (room === 0) return 0;
  const queued = await queueLane(dispatcher, lane, Math.min(room, dispatcher.config.DISPATCH_BATCH));
  if (queued === null) return 0;
  state.backpressure.took(lane.channel, queued.rows.length);
  state.batches.add(bringToKafka(dispatcher, queued));
  return queued.rows.length;
}

/** Waits until no batch is on its way. One that fails stays open in the database, for whoever recovers it. */
async function settle({ logger }: Dispatcher, batches: OpenBatches): Promise<void> {
  await batches.drain().catch((error: unknown) => {
    logger.warn({ err: error }, "a batch was left open, to be produced again");
  });
}

/** Waits, or returns at once when told to stop. */
async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
}
