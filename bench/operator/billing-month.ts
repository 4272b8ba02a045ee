import { randomBytes } from "node:crypto";
import { migrate } from "../../database/migrate.ts";
import { connect } from "../../platform/postgres.ts";
import { runProgram } from "../settle/program.ts";

/** The month that is billed here, and by what. */
export const PERIOD = "2026-10";
export const TARIFF = { name: "kr-mobile", version: "2026-07" };
const tariffFile = "tariffs/kr-mobile-2026-07.yaml";

/** Variables for subcommands that work on the database as its owner. */
export function environmentFor(url: string): Record<string, string> {
  return {
    PATH: process.env["PATH"] ?? "",
    DATABASE_URL: url,
    LOG_LEVEL: "info",
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    BLIND_INDEX_KEY: randomBytes(32).toString("base64"),
  };
}

/** Migrates an empty database and fills it with a generated month; with 0 members it stays one of nobody to bill. */
export async function generateMonth(url: string, members: number): Promise<void> {
  const environment = environmentFor(url);
  await migrate(url);
  await runProgram(["tariff", "record", tariffFile], environment);
  if (members > 0) {
    await runProgram(["generate", "--members", String(members), "--period", PERIOD], environment);
  }
  const client = await connect({ url, applicationName: "bench" });
  await client.query("vacuum analyze");
  await client.end();
}
