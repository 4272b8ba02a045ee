import { readClockOffsetMs } from "../../../database/billing-clock/billing-clock.ts";
import { releaseGeneration } from "../../../database/run-ledger/release-generation.ts";
import { connect } from "../../../platform/postgres.ts";
import type { Field } from "../field.ts";
import { startServices } from "../services.ts";
import { watchSends, type WatchedSends } from "../watch-sends.ts";

/** What the customary e-mail consumer did over the same month, beside the same dispatcher and provider. */
export interface CustomaryResult extends WatchedSends {
  readonly messages: number;
}

/** Enough for a rate; the rest would only take time. */
const mostMessages = 60_000;
/** The others go by SMS or push, for which nobody is started. */
const emailFraction = 0.8;

/** Sends the month's e-mails, at most 60,000 of them, by the customary consumer. */
export async function measureCustomary(field: Field): Promise<CustomaryResult> {
  const { stage, month, environment, say } = field;
  const messages = Math.min(mostMessages, Math.floor(month.messages * emailFraction));
  const client = await connect({ url: stage.databaseUrl, applicationName: "bench" });
  try {
    await using services = await startServices({ folder: stage.folder, environment, consumer: "customary" });
    await services.provider.setClockOffset(await readClockOffsetMs(client));
    const watched = await watchSends({
      services,
      pids: { ...services.pids, postgres: field.postgresPid, kafka: stage.kafka.pid() },
      messages,
      release: () => releaseGeneration(client, month.address),
    });
    say(`delivery: ${watched.steady.sendsPerSecond.toFixed(0)} sends/s by the customary consumer`);
    return { ...watched, messages };
  } finally {
    await client.end();
  }
}
