import { setClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import type { Client } from "../../platform/postgres.ts";
import { settleByPipeline } from "../settle/pipeline.ts";
import { runProgram } from "../settle/program.ts";

/** A month that is promoted and held: every message of it is due, and none leaves before the generation is released. */
export interface DueMonth {
  readonly address: GenerationAddress;
  readonly messages: number;
  /** Billing clock at the promotion. */
  readonly promotedAtMs: number;
}

/** What a month is made with. */
export interface DueMonthOrder {
  readonly members: number;
  /** As the owner of the database, with the keys of personal data. */
  readonly environment: NodeJS.ProcessEnv;
  readonly logFolder: string;
}

const period = "2026-10";
const tariff = "kr-mobile@2026-07";
const tariffFile = "tariffs/kr-mobile-2026-07.yaml";
/** Nobody's quiet hours; every attempt of the benchmark stays within the same afternoon. */
const noonMs = Date.parse("2026-11-02T12:00:00+09:00");

/**
 * Fills a migrated database through the program's own subcommands, up to a promotion with `--release manual`. So that
 * all messages are due at once, members lose their send day, their quiet hours and their foreign time zone before the
 * promotion, and the billing clock is set to a noon in Seoul. Languages, channels and missing contacts stay as generated.
 */
export async function promoteDueMonth(client: Client, order: DueMonthOrder): Promise<DueMonth> {
  const { members, environment, logFolder } = order;
  const asSettlement = { ...environment, DATABASE_ROLE: "billing_settlement" };
  await runProgram(["tariff", "record", tariffFile], asSettlement);
  await runProgram(["generate", "--members", String(members), "--period", period], environment);
  await client.query(
    "update members set send_day = null, quiet_start = null, quiet_end = null, time_zone = 'Asia/Seoul'",
  );
  await client.query("vacuum analyze members");
  await setClockOffsetMs(client, noonMs - Date.now());
  const run = { name: "bench-delivery", period, tariff, partitions: 4, workers: 2 };
  const { generation } = await settleByPipeline({ ...run, environment: asSettlement, logFolder });
  const place = ["--period", period, "--generation", String(generation)];
  const { digest } = (await runProgram(["verify", ...place], asSettlement)) as { readonly digest: string };
  const promotion = ["promote", ...place, "--digest", digest, "--release", "manual"];
  const { messages } = (await runProgram(promotion, asSettlement)) as { readonly messages: number };
  await client.query("checkpoint");
  return { address: { period, generation }, messages, promotedAtMs: noonMs };
}
