import type { BatchSubject } from "../database/generations/record-batch.ts";
import { ConfigError } from "../platform/config.ts";
import { PermanentError } from "../platform/errors.ts";
import { ExitCode } from "../platform/exit-codes.ts";
import { createLogger, type Logger } from "../platform/logger.ts";
import { connect, type Client } from "../platform/postgres.ts";
import { shutdownSignal } from "../platform/shutdown.ts";
import { errorCodeOf, logFailedBatch } from "./failed-batch.ts";
import type { JobMeter } from "./job-meter.ts";
import { serveJob } from "./serve-job.ts";
import { traceJob } from "./trace-job.ts";

/** The environment of a job, as parsed. */
export interface JobConfig {
  readonly DATABASE_URL: string;
  readonly DATABASE_ROLE: string;
  readonly LOG_LEVEL: string;
  /** 0 or absent: nobody scrapes it. */
  readonly HEALTH_PORT?: number;
}

/** What a job's work is given. */
export interface JobContext {
  readonly logger: Logger;
  /** Tells the caller what came of it: one line of standard output. */
  readonly print: (line: string) => void;
  /** Tells a person what is wrong: one line of standard error. */
  readonly complain: (line: string) => void;
  /** Opens a connection, which is closed when the job ends. */
  readonly connect: () => Promise<Client>;
  /** Aborted by SIGTERM. */
  readonly signal: AbortSignal;
  /** Tells whoever scrapes it how the work goes. */
  readonly meter: JobMeter;
  /** The work ends without an error and has failed all the same, for this reason: its row in the batch log says so. */
  readonly fails: (errorCode: string) => void;
  /** Whose run the work belongs to, as soon as that is known: its span becomes part of that run's trace. */
  readonly ofRun: (runId: string, generation: number) => void;
}

/** A job, as its command describes it. */
export interface JobDescription {
  readonly name: string;
  readonly config: JobConfig;
  /** The exit code of what trying again cannot mend. */
  readonly onPermanent: ExitCode;
  /** What its row in the batch log is about; null = it only looks, and leaves none. */
  readonly batch: BatchSubject | null;
}

/**
 * Runs one job to its end and sets the process's exit code: what `work` returns, or by the error it throws. A
 * PermanentError exits with `onPermanent` (the Job's policy tells a hopeless partition from a hopeless job), an
 * interruption with 75, everything else with 1.
 */
export async function runJob(
  description: JobDescription,
  work: (context: JobContext) => Promise<ExitCode>,
): Promise<void> {
  const { name, config } = description;
  const startedAt = new Date();
  const logger = createLogger(name, config.LOG_LEVEL);
  const signal = shutdownSignal();
  const clients: Client[] = [];
  const { meter, close } = await serveJob(config.HEALTH_PORT ?? 0, logger);
  const trace = await traceJob(description, startedAt);
  const open = opener(description, { logger, clients, meter });
  const end: { failure: string | null } = { failure: null };
  const fails = (errorCode: string): void => {
    end.failure = errorCode;
  };
  try {
    process.exitCode = await work({
      logger,
      print,
      complain,
      connect: open,
      signal,
      meter,
      fails,
      ofRun: trace.ofRun,
    });
  } catch (error) {
    process.exitCode = exitCodeOf(error, signal, description.onPermanent);
    end.failure = signal.aborted ? "interrupted" : errorCodeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    // A person at a terminal reads a sentence, everything else reads the log.
    if (process.stderr.isTTY) process.stderr.write(`${name}: ${message}\n`);
    else logger.error({ error: message, code: (error as { code?: unknown }).code }, `${name} failed`);
  } finally {
    if (end.failure !== null && description.batch !== null) {
      const log = { connect: open, onUnwritten: unwritten(logger) };
      await logFailedBatch(log, { subject: description.batch, startedAt }, end.failure);
    }
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
    await trace.end(end.failure);
    close();
  }
}

/** What a job's connections are opened with. */
interface Opening {
  readonly logger: Logger;
  /** To be ended with the job. */
  readonly clients: Client[];
  readonly meter: JobMeter;
}

function opener(
  { name, config }: JobDescription,
  { logger, clients, meter }: Opening,
): () => Promise<Client> {
  return async () => {
    const client = await connect({
      url: config.DATABASE_URL,
      role: config.DATABASE_ROLE,
      applicationName: `billing-${name}`,
    });
    // The query under way reports a lost connection as its own error; without a listener the process would die here.
    client.on("error", (error) => {
      logger.warn({ error: error.message }, "database connection lost");
    });
    clients.push(client);
    meter.connected();
    return client;
  };
}

function unwritten(logger: Logger): (error: Error) => void {
  return (error) => {
    logger.warn({ error: error.message }, "no row in the batch log");
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The exit code by which a job tells of an error; `onPermanent` for those that trying again cannot mend. */
export function exitCodeOf(error: unknown, signal: AbortSignal, onPermanent: ExitCode): ExitCode {
  if (signal.aborted) return ExitCode.interrupted;
  if (error instanceof ConfigError) return ExitCode.badConfig;
  return error instanceof PermanentError ? onPermanent : ExitCode.failed;
}
