import { setTimeout as sleep } from "node:timers/promises";
import type { ArmingWatch } from "../database/arming/arming-watch.ts";
import type { OpenGeneration } from "../database/notifications/open-generations.ts";
import { CHANNELS } from "../notification/channel.ts";
import type { Logger } from "../platform/logger.ts";
import { createBackpressure, type Backpressure } from "./backpressure.ts";
import type { DispatcherConfig } from "./config.ts";
import { dispatchDue, recoverBatches, type Outbox } from "./outbox.ts";
import { settleFollowUps } from "./follow-ups.ts";
import { createGenerationReader } from "./readable-generations.ts";
import { sweep } from "./sweep.ts";

const retryDelayMs = 1_000;
/** How soon it is noticed that a person has armed delivery. */
const heldPauseMs = 1_000;
/** A release is noticed within this time. */
const generationsRefreshMs = 1_000;

/** A dispatcher at work. */
export interface Dispatcher extends Outbox {
  readonly config: DispatcherConfig;
  readonly logger: Logger;
  readonly arming: ArmingWatch;
  /** Ends the loop after the batch in hand. */
  readonly stopping: AbortSignal;
}

/**
 * Brings due notifications to Kafka until told to stop. Any number of dispatchers may run side by side. While delivery is held
 * it does nothing. When the database or Kafka is away it waits and, before anything new, produces what it may have left unproduced.
 */
export async function runDispatcher(dispatcher: Dispatcher): Promise<void> {
  let recovering = true;
  const readGenerations = createGenerationReader(dispatcher.pool, dispatcher.logger);
  const emptyState = (): LoopState => ({
    ...{ open: [], refreshedAtMs: -Infinity, sweptAtMs: -Infinity, readGenerations },
    backpressure: createBackpressure(dispatcher.pool, dispatcher.config.MAX_QUEUED),
  });
  let state = emptyState();
  while (!dispatcher.stopping.aborted) {
    try {
      if ((await dispatcher.arming.hold()) !== null) {
        // Whatever this process knew was of another server, or of another past.
        recovering = true;
        state = emptyState();
        await pause(heldPauseMs, dispatcher.stopping);
        continue;
      }
      // Also at the start: a batch of a crashed dispatcher need not wait, and producing twice is harmless.
      if (recovering) await recoverBatches(dispatcher, 0);
      recovering = false;
      const queued = await turn(dispatcher, state);
      if (queued === 0) await pause(dispatcher.config.POLL_INTERVAL_MS, dispatcher.stopping);
    } catch (error) {
      dispatcher.logger.warn({ err: error }, "dispatch interrupted, trying again");
      recovering = true;
      state = emptyState();
      await pause(retryDelayMs, dispatcher.stopping);
    }
  }
}

interface LoopState {
  open: readonly OpenGeneration[];
  refreshedAtMs: number;
  sweptAtMs: number;
  readonly readGenerations: () => Promise<readonly OpenGeneration[]>;
  readonly backpressure: Backpressure;
}

/** One round over all lanes; returns how many rows it queued or put right. */
async function turn(dispatcher: Dispatcher, state: LoopState): Promise<number> {
  const { config } = dispatcher;
  if (performance.now() - state.refreshedAtMs > generationsRefreshMs) {
    state.open = await state.readGenerations();
    state.refreshedAtMs = performance.now();
  }
  let moved = 0;
  if (performance.now() - state.sweptAtMs > config.SWEEP_INTERVAL_MS) {
    moved += await sweep(dispatcher, state.open, {
      batchRecoveryMs: config.BATCH_RECOVERY_MS,
      queuedOverdueMs: config.QUEUED_OVERDUE_MS,
    });
    state.sweptAtMs = performance.now();
  }
  for (const address of state.open) {
    moved += await settleFollowUps(dispatcher.pool, address);
    for (const channel of CHANNELS) {
      const room = await state.backpressure.room(channel, state.open);
      if (room === 0) continue;
      const queued = await dispatchDue(
        dispatcher,
        { ...address, channel },
        Math.min(room, config.DISPATCH_BATCH),
      );
      state.backpressure.took(channel, queued);
      moved += queued;
    }
  }
  return moved;
}

/** Waits, or returns at once when told to stop. */
async function pause(ms: number, stopping: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stopping }).catch(() => undefined);
}
