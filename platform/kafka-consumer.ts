import { setTimeout as sleep } from "node:timers/promises";
import { isFatalClientError } from "./kafka-error.ts";
import type { KafkaSecurity } from "./kafka-security.ts";
import { joinGroup } from "./kafka-group-member.ts";

/** A member that has to join again more often than this within the window is fenced by a living twin, not by its past. */
const maxRejoins = 3;
const rejoinWindowMs = 120_000;
const rejoinDelayMs = 1_000;
/** A client that failed for good may never say that it has left. */
const leaveTimeoutMs = 5_000;

/** A message as it stands in the log. */
export interface ReceivedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly value: Buffer | null;
  /** When it was produced, in milliseconds of the producer's clock. */
  readonly timestamp?: number | undefined;
  /** One name and value each. */
  readonly headers?: readonly Readonly<Record<string, Buffer | string>>[] | undefined;
}

/** A member of a consumer group that reads in batches and commits when told to. */
export interface KafkaConsumer {
  /** At most `max` messages, waiting 100 ms for the first; an empty list while paused. */
  poll(max: number): Promise<readonly ReceivedRecord[]>;
  /**
   * Records that everything up to these messages is done with. Asynchronous and allowed to fail: what is read twice
   * is claimed once.
   */
  commit(records: readonly ReceivedRecord[]): void;
  /** Stops fetching without leaving the group, `poll` must go on being called; `resume` is the opposite. */
  pause(): void;
  resume(): void;
  /** Commits what was told, and leaves the group. */
  close(): Promise<void>;
}

export interface KafkaConsumerOptions {
  readonly bootstrap: string;
  /** [in the clear, unknown] */
  readonly security?: KafkaSecurity;
  readonly clientId: string;
  readonly group: string;
  readonly topic: string;
  /** Static membership: a restart within the session time-out causes no rebalance. "" = dynamic. */
  readonly instanceId: string;
  /** The consumer cannot go on, or stalled with messages waiting; the process should end. */
  readonly onFatal: (error: Error) => void;
  /** The client failed for good and another took its place; what it had received is not lost. */
  readonly onRejoin: (cause: Error) => void;
  readonly onRebalance: (assigned: number) => void;
}

/**
 * A member of the group that outlives its client. A static member whose session ran out while the broker was away joins
 * again under a new member id, and then a commit that was still on its way under the old one fences it: for librdkafka
 * that is fatal, and every later poll returns nothing, without an error. So the first fatal error brings a new client.
 * Rejects when no broker answers within ten seconds.
 */
export async function createKafkaConsumer(options: KafkaConsumerOptions): Promise<KafkaConsumer> {
  const rejoins: number[] = [];
  let failure: Error | null = null;
  let paused = false;
  const join = (): Promise<KafkaConsumer> =>
    joinGroup({
      ...options,
      onFatal: (error) => {
        failure ??= error;
      },
    });
  let member = await join();

  let hasLeft = false;
  const rejoin = async (cause: Error): Promise<void> => {
    if (!hasLeft) await Promise.race([member.close(), sleep(leaveTimeoutMs)]);
    hasLeft = true;
    await sleep(rejoinDelayMs);
    member = await join(); // rejects while no broker answers: the next poll tries again
    hasLeft = false;
    failure = null;
    if (paused) member.pause();
    options.onRejoin(cause);
    const nowMs = performance.now();
    rejoins.push(nowMs);
    if (rejoins.filter((atMs) => atMs > nowMs - rejoinWindowMs).length > maxRejoins) options.onFatal(cause);
  };

  return {
    async poll(max) {
      if (failure !== null) await rejoin(failure);
      try {
        return await member.poll(max);
      } catch (error) {
        if (isFatalClientError(error)) failure = error;
        throw error;
      }
    },
    commit: (records) => {
      member.commit(records);
    },
    pause() {
      paused = true;
      member.pause();
    },
    resume() {
      paused = false;
      member.resume();
    },
    close: () => member.close(),
  };
}
