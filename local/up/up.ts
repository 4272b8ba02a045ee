import { migrate } from "../../database/migrate.ts";
import { firstFilledTable } from "../../database/members/first-filled-table.ts";
import { connect } from "../../platform/postgres.ts";
import { createTopics, startServers, type BackingServers } from "../demo/backing-servers.ts";
import { startDelivery, type DeliveryOptions } from "../demo/delivery-services.ts";
import { runSubcommand, type ProgramContext } from "../demo/stage-context.ts";
import { SupervisedProcesses } from "../demo/supervised-processes.ts";
import { tariffFile } from "../demo/tariff-file.ts";
import { serveAdmin } from "../serve/serve-admin.ts";
import type { UpFolder } from "./up-folder.ts";

/** What a system on one machine is made of. */
export interface UpOptions extends DeliveryOptions {
  /** Generated where the database has none. */
  readonly members: number;
  /** Month of their usage, `YYYY-MM`. */
  readonly period: string;
  readonly port: number;
}

/** What it is run with. */
export interface UpSetting {
  readonly options: UpOptions;
  readonly folder: UpFolder;
  readonly stopping: AbortSignal;
  readonly say: (text: string) => void;
}

/** Runs the whole system until told to stop, and then stops it all, last the servers. */
export async function runUp(setting: UpSetting): Promise<void> {
  setting.say("Starting PostgreSQL and Kafka");
  const servers = await startServers(setting.folder);
  const processes = new SupervisedProcesses(setting.folder);
  try {
    await serve(setting, servers, processes);
  } finally {
    await processes.stop();
    await Promise.all([servers.kafka.stop(), servers.postgres.stop()]);
  }
}

async function serve(
  { options, folder, stopping, say }: UpSetting,
  servers: BackingServers,
  processes: SupervisedProcesses,
): Promise<void> {
  const context = { options, folder, servers, processes, stopping, secrets: folder.secrets };
  const client = await connect({ url: servers.postgres.url, applicationName: "up" });
  try {
    stopping.throwIfAborted();
    await migrate(servers.postgres.url);
    await createTopics(servers.kafka);
    await runSubcommand(context, "billing_settlement", ["tariff", "record", tariffFile]);
    if ((await firstFilledTable(client)) === null) await generate(context, folder, options, say);
    say("Starting dispatcher, consumers and the provider simulator");
    await startDelivery({ ...context, client });
  } finally {
    await client.end();
  }
  stopping.throwIfAborted();
  await serveAdmin({ ...context, port: options.port, say });
}

async function generate(
  context: ProgramContext,
  folder: UpFolder,
  { members, period, seed }: UpOptions,
  say: (text: string) => void,
): Promise<void> {
  say(`Generating ${members} members and their usage of ${period}`);
  folder.beginGenerating();
  const args = ["--members", String(members), "--period", period, "--seed", String(seed)];
  // As the owner: it sets sequences and gathers statistics, which no role of the running system may.
  await runSubcommand(context, "", ["generate", ...args]);
  folder.endGenerating();
}
