import { testKeys } from "../support/bills.ts";
import { receiptKeys } from "../receipts/stage.ts";
import type { OwnPostgres } from "./own-servers.ts";
import type { ProviderProxy } from "./provider-proxy.ts";
import type { Launch } from "./supervisor.ts";
import type { TcpProxy } from "./tcp-proxy.ts";

type Launched = ReturnType<Launch>;

/** How a simulator is started. */
export interface SimulatedProvider {
  readonly port: number;
  readonly log: string;
  readonly clockOffsetMs: number;
  /** Where it tells what became of messages; null = it does not. */
  readonly receiptsPort: number | null;
}

/** The arguments of a provider whose log is on the disk before it answers. */
export function simulated({ port, log, clockOffsetMs, receiptsPort }: SimulatedProvider): Launched {
  const args = [
    "provider-simulator",
    ...["--log", log, "--fsync", "--port", String(port), "--delay-ms", "30"],
    ...["--failure-rate", "0.02", "--unknown-rate", "0.01", `--clock-offset-ms=${clockOffsetMs}`],
    ...(receiptsPort === null ? [] : telling(receiptsPort)),
  ];
  return { args, environment: {} };
}

/** Soon, out of order, several times, and now and then with bad news. */
function telling(port: number): string[] {
  return [
    ...["--receipt-url", `http://127.0.0.1:${port}/v1/receipts`, "--receipt-key", receiptKeys],
    ...["--receipt-delay-ms", "100", "--receipt-shuffle-ms", "600", "--receipt-repeats", "0.2"],
    ...["--receipt-bounced", "0.03", "--receipt-soft-bounced", "0.05", "--receipt-complained", "0.03"],
  ];
}

/** Most goes to the one that faults stand before; when it is down the other has to take its share. */
export function providersOfEmail(first: string, second: string): Record<string, string> {
  const list = [
    { name: "a", url: first, weight: 3, slowAfterMs: 800 },
    { name: "b", url: second, weight: 1 },
  ];
  return { PROVIDER_URL: "", PROVIDERS: JSON.stringify(list) };
}

/** Everything that a process of the delivery path needs, with numbers small enough for a seed of seconds. */
export function commonVariables(
  postgres: OwnPostgres,
  kafkaProxy: TcpProxy,
  provider: ProviderProxy,
): Record<string, string> {
  const url = new URL(postgres.server().url);
  url.port = String(postgres.proxy.port);
  return {
    ...testKeys,
    DATABASE_URL: url.href,
    KAFKA_BOOTSTRAP: `127.0.0.1:${kafkaProxy.port}`,
    LOG_LEVEL: "info",
    PROVIDER_URL: provider.url,
    PROVIDER_TIMEOUT_MS: "1000",
    RECEIPT_KEYS: receiptKeys,
    RECEIPTS_HOST: "127.0.0.1",
    ...{ IN_FLIGHT: "60", CLAIM_BATCH: "20", DISPATCH_BATCH: "40", MAX_QUEUED: "200" },
    ...{ SWEEP_INTERVAL_MS: "200", BATCH_RECOVERY_MS: "1000", QUEUED_OVERDUE_MS: "3000" },
  };
}

/** The process of a place. */
export function launched(
  place: string,
  environment: Readonly<Record<string, string>>,
  receiptsPort: number,
): Launched {
  const name = place.replace(/-\d$/, "");
  const own = { DATABASE_ROLE: roleOf(name), GROUP_INSTANCE_ID: place, RECEIPTS_PORT: String(receiptsPort) };
  return { args: [name], environment: { ...environment, ...own } };
}

function roleOf(name: string): string {
  return name === "dispatcher" || name === "receipts" ? `billing_${name}` : "billing_consumer";
}
