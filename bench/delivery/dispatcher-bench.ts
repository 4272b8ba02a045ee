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
}

interface Look {
  readonly atMs: number;
  readonly rows: number;
  readonly cpuSeconds: number;
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
    const pids = [dispatcher.pid, field.postgresPid, stage.kafka.pid()];
    const client = await connect({ url: stage.databaseUrl, applicationName: "bench" });
    await releaseGeneration(client, month.address);
    await client.end();
    const look = async (): Promise<Look> => {
      dispatcher.refuseEnded();
      const cpuSeconds = pids.reduce((sum, pid) => sum + cpuSecondsOfTree(pid), 0);
      return { atMs: performance.now(), rows: await produced(port), cpuSeconds };
    };
    const first = await reached(look, month.messages * 0.1);
    const last = await reached(look, month.messages * 0.9);
    const rows = last.rows - first.rows;
    const rowsPerSecond = rows / ((last.atMs - first.atMs) / 1_000);
    say(`delivery: the dispatcher alone brings ${rowsPerSecond.toFixed(0)} rows/s to Kafka`);
    return { rowsPerSecond, cpuSecondsPer1000: ((last.cpuSeconds - first.cpuSeconds) / rows) * 1_000 };
  } finally {
    await dispatcher.stop();
  }
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
