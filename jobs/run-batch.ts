import { recordBatch, type BatchCounts, type BatchSubject } from "../database/generations/record-batch.ts";
import { connect, type Client, type DatabaseOptions } from "../platform/postgres.ts";
import { errorCodeOf, logFailedBatch } from "./failed-batch.ts";

/** What a command logs as. */
export interface LoggedBatch {
  readonly subject: BatchSubject;
  readonly database: DatabaseOptions;
}

/**
 * Runs the work of a command that is no job of a run, and leaves its row when it fails. The work leaves its own when it succeeds, in its
 * transaction where it has one.
 */
export async function runBatch<Result>(
  { subject, database }: LoggedBatch,
  work: (startedAt: Date) => Promise<Result>,
): Promise<Result> {
  const startedAt = new Date();
  try {
    return await work(startedAt);
  } catch (error) {
    const clients: Client[] = [];
    const open = async (): Promise<Client> => {
      const client = await connect(database);
      clients.push(client);
      return client;
    };
    await logFailedBatch({ connect: open, onUnwritten: tell }, { subject, startedAt }, errorCodeOf(error));
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    throw error;
  }
}

/** Leaves the row of work that has no transaction of its own; one that cannot be written is only told of. */
export async function logDoneBatch(
  { subject, database }: LoggedBatch,
  startedAt: Date,
  counts: BatchCounts,
): Promise<void> {
  try {
    const client = await connect(database);
    try {
      await recordBatch(client, { ...subject, ...counts, startedAt });
    } finally {
      await client.end();
    }
  } catch (error) {
    tell(error as Error);
  }
}

function tell(error: Error): void {
  process.stderr.write(`no row in the batch log: ${error.message}\n`);
}
