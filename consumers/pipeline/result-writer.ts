import { setTimeout as sleep } from "node:timers/promises";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { writeResults, type DeadLetterRow } from "../../database/notifications/write-results.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { resultRow, type SettledMessage } from "./settled.ts";

const maxBatch = 500;
const maxWaitMs = 100;
const retryDelayMs = 500;

/** Collects results and writes them in batches; keeps them while the database is away. */
export interface ResultWriter {
  add(settled: SettledMessage): void;
  /** Results not yet written: memory that the pipeline bounds by taking nothing new. */
  readonly unwritten: number;
  /** Writes what there is; resolves when nothing is left, or when `deadline` aborts. */
  drain(deadline: AbortSignal): Promise<void>;
}

export interface ResultWriterOptions {
  readonly database: Queryable;
  readonly logger: Logger;
  /** After a commit, those whose rows moved, and how long writing them took. */
  readonly onWritten: (moved: readonly SettledMessage[], seconds: number) => void;
}

/** A writer: at most 500 results or 100 ms a statement, one statement at a time. */
export function createResultWriter(options: ResultWriterOptions): ResultWriter {
  const waiting: SettledMessage[] = [];
  let unwritten = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxBatch);
      await writeUntilDone(options, batch);
      unwritten -= batch.length;
      // A small remainder waits for company; a full batch, or a drain, does not.
      if (waiting.length < maxBatch && timer === undefined) break;
    }
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing ??= writeAll().finally(() => {
      writing = undefined;
      if (waiting.length > 0) schedule();
    });
    return writing;
  };
  const schedule = (): void => {
    timer ??= setTimeout(() => void flush(), maxWaitMs);
  };
  return {
    get unwritten() {
      return unwritten;
    },
    add(settled) {
      waiting.push(settled);
      unwritten++;
      if (waiting.length >= maxBatch) void flush();
      else schedule();
    },
    async drain(deadline) {
      while (unwritten > 0 && !deadline.aborted) {
        await Promise.race([flush(), sleep(retryDelayMs, undefined, { ref: false })]);
      }
    },
  };
}

/** Never gives up: the lease, and a resend under the same key, cover what a crash takes with it. */
async function writeUntilDone(options: ResultWriterOptions, batch: readonly SettledMessage[]): Promise<void> {
  for (const group of byGeneration(batch)) {
    for (;;) {
      try {
        const begunMs = performance.now();
        const moved = await write(options.database, group);
        faultPoint("consumer.after-write");
        options.onWritten(moved, (performance.now() - begunMs) / 1_000);
        break;
      } catch (error) {
        options.logger.warn(
          { err: error, results: group.settled.length },
          "results not written, trying again",
        );
        await sleep(retryDelayMs);
      }
    }
  }
}

interface ResultGroup {
  readonly address: GenerationAddress;
  readonly settled: SettledMessage[];
}

function byGeneration(batch: readonly SettledMessage[]): Iterable<ResultGroup> {
  const groups = new Map<string, ResultGroup>();
  for (const settled of batch) {
    const address = settled.message.generation;
    const key = `${address.period}/${address.generation}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { address, settled: [settled] });
    else group.settled.push(settled);
  }
  return groups.values();
}

async function write(
  database: Queryable,
  { address, settled }: ResultGroup,
): Promise<readonly SettledMessage[]> {
  const moved = await writeResults(database, address, {
    results: settled.flatMap((one) => resultRow(one) ?? []),
    attempts: settled.flatMap(({ attempt }) => attempt ?? []),
    deadLetters: settled.flatMap((one) => deadLetterRow(one) ?? []),
  });
  return settled.filter(({ row }) => row !== null && moved.has(row.billId));
}

function deadLetterRow({ row, message, detail, payloadEncrypted }: SettledMessage): DeadLetterRow | null {
  if (row?.state !== "DEAD") return null;
  return { billId: row.billId, channel: message.row.channel, cause: row.cause, detail, payloadEncrypted };
}
