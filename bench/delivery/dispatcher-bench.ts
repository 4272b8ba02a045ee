import { setTimeout as sleep } from "node:timers/promises";
import { releaseGeneration } from "../../database/run-ledger/release-generation.ts";
import { freePort } from "../../local/free-port.ts";
import { connect } from "../../platform/postgres.ts";
import { cpuSecondsOfTree } from "../cpu-seconds.ts";
import type { Field } from "./field.ts";
import { launch } from "./launch.ts";

/** What one dispatcher does when nobody consumes. */
export interface DispatcherResult {
  readonly rowsPerSecond: number;
  readonly cpuSecondsPer1000: number;
  readonly cpuSecondsPer1000ByProcess: Readonly<Record<Process, number>>;
}

type Process = "dispatcher" | "postgres" | "kafka";

interface Look {
  readonly atMs: number;
  readonly rows: number;
  readonly cpuSeconds: Readonly<Record<Process, number>>;
}

const pollEveryMs = 50;
/** So that the wait for room, which is not the dispatcher's, is not measured. */
const unboundedQueue = "1000000000";
const leastRowsPerSecond = 500;

/**
 * Lets one dispatcher, and nothing else, bring the whole month to Kafka: rows queued, committed, produced with acks=all and
 * acknowledged, a second, from 10 % to 90 % of them.
 */
export async function measureDispatcher(field: Field): Promise<DispatcherResult> {
  const { stage, month, environment, say } = field;
  const port = await freePort();
  const dispatcher = await launch({
    name: "dispatcher",
    args: ["dispatcher"],
    environment: {
      ...environment,
      ...{ DATABASE_ROLE: "billing_dispatcher", HEALTH_PORT: String(port), MAX_QUEUED: unboundedQueue },
    },
    readyUrl: `http://127.0.0.1:${port}/readyz`,
    folder: stage.folder,
  });
  try {
    const { postgresPid } = field;
    const client = await connect({ url: stage.databaseUrl, applicationName: "bench" });
    await releaseGeneration(client, month.address);
    await client.end();
    const look = async (): Promise<Look> => {
      dispatcher.refuseEnded();
      const cpuSeconds = {
        dispatcher: cpuSecondsOfTree(dispatcher.pid),
        postgres: cpuSecondsOfTree(postgresPid),
        kafka: cpuSecondsOfTree(stage.kafka.pid()),
      };
      return { atMs: performance.now(), rows: await produced(port), cpuSeconds };
    };
    const first = await reached(look, month.messages * 0.1);
    const last = await reached(look, month.messages * 0.9);
    const result = between(first, last);
    say(`delivery: the dispatcher alone brings ${result.rowsPerSecond.toFixed(0)} rows/s to Kafka`);
    return result;
  } finally {
    await dispatcher.stop();
  }
}

function between(first: Look, last: Look): DispatcherResult {
  const rows = last.rows - first.rows;
  const per1000 = (name: Process): number =>
    ((last.cpuSeconds[name] - first.cpuSeconds[name]) / rows) * 1_000;
  const byProcess = {
    dispatcher: per1000("dispatcher"),
    postgres: per1000("postgres"),
    kafka: per1000("kafka"),
  };
  return {
    rowsPerSecond: rows / ((last.atMs - first.atMs) / 1_000),
    cpuSecondsPer1000: Object.values(byProcess).reduce((sum, one) => sum + one, 0),
    cpuSecondsPer1000ByProcess: byProcess,
  };
}

async function reached(look: () => Promise<Look>, rows: number): Promise<Look> {
  const deadlineMs = performance.now() + 30_000 + (rows / leastRowsPerSecond) * 1_000;
  for (;;) {
    const seen = await look();
    if (seen.rows >= rows) return seen;
    if (seen.atMs > deadlineMs)
      throw new Error(`only ${seen.rows} of ${rows} rows were brought to Kafka in time`);
    await sleep(pollEveryMs);
  }
}

/** Claim checks that Kafka has acknowledged, over all channels. */
async function produced(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const counts = [...text.matchAll(/^billing_claim_checks_queued_total\{[^}]*\} (\d+)/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
