import { setTimeout as sleep } from "node:timers/promises";
import {
  forgetBreakers,
  tellBreakers,
  type ToldBreaker,
  type ToldBy,
} from "../../database/providers/tell-breakers.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { ProviderGate } from "./provider-gate.ts";

/** Well within `SILENT_CONSUMER_SECONDS`. */
const everyMs = 5_000;
/** So often at most, however fast a breaker opens and closes. */
const leastMs = 250;
/** A database that is away must not keep the process from ending. */
const leaveWithinMs = 1_000;

/** Where people see how this consumer's breakers stand. Nothing is decided by it. */
export interface BreakerBoard {
  /** Call it often: writes what has changed, else every few seconds. Never waits and never fails. */
  tell(): void;
  /** The consumer ends, and is shown no further. */
  leave(): Promise<void>;
}

/** Who tells, and where. */
export interface BreakerBoardOptions extends ToldBy {
  readonly database: Queryable;
  readonly gate: Pick<ProviderGate, "names" | "breaker">;
  readonly logger: Logger;
}

/** The board of one consumer. A database that is away only means that nothing is seen. */
export function createBreakerBoard(options: BreakerBoardOptions): BreakerBoard {
  const { gate } = options;
  let shown = "";
  let atMs = -Infinity;
  let underWay: Promise<void> | null = null;
  return {
    tell() {
      const told = gate.names.map((provider) => ({ provider, ...gate.breaker(provider) }));
      const states = told.map(({ state }) => state).join();
      const waitMs = states === shown ? everyMs : leastMs;
      if (underWay !== null || performance.now() - atMs < waitMs) return;
      atMs = performance.now();
      shown = states;
      underWay = write(options, told).finally(() => {
        underWay = null;
      });
    },
    async leave() {
      const { database, logger } = options;
      const forgotten = (underWay ?? Promise.resolve()).then(() => forgetBreakers(database, options));
      const failed = forgotten.catch((error: unknown) => {
        logger.warn({ err: error }, "breakers of this consumer stay in sight for a while");
      });
      await Promise.race([failed, sleep(leaveWithinMs, undefined, { ref: false })]);
    },
  };
}

async function write(options: BreakerBoardOptions, told: readonly ToldBreaker[]): Promise<void> {
  try {
    await tellBreakers(options.database, options, told);
  } catch (error) {
    options.logger.warn({ err: error }, "breakers not told of, trying again");
  }
}
