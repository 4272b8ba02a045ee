import { recordBatch, type BatchSubject } from "../database/generations/record-batch.ts";
import { ConfigError } from "../platform/config.ts";
import type { Queryable } from "../platform/postgres.ts";

/** What a failed batch was about, and since when. */
export interface StartedBatch {
  readonly subject: BatchSubject;
  readonly startedAt: Date;
}

/** Where the row can be written, and who is told when it cannot. */
interface BatchLog {
  /** A connection that no failed transaction has spoilt. */
  readonly connect: () => Promise<Queryable>;
  readonly onUnwritten: (error: Error) => void;
}

/**
 * Leaves the row of a batch that failed. What it did was rolled back, so its counts are 0. The job's own error matters more than the row:
 * one that cannot be written is only told of.
 */
export async function logFailedBatch(
  { connect, onUnwritten }: BatchLog,
  { subject, startedAt }: StartedBatch,
  errorCode: string,
): Promise<void> {
  const nothing = { total: 0, succeeded: 0, failed: 0, detail: "" };
  try {
    await recordBatch(await connect(), { ...subject, ...nothing, startedAt, errorCode });
  } catch (error) {
    onUnwritten(error as Error);
  }
}

/** An error as a code: its own, the one of the database or the system, or `unexpected`. Its words may quote what was read. */
export function errorCodeOf(error: unknown): string {
  if (error instanceof ConfigError) return "bad-config";
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" && /^[\w-]{1,60}$/.test(code) ? code : "unexpected";
}
