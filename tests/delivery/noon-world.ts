import type { TestContext } from "node:test";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { createWorld, setBillingClock, type World } from "./world.ts";

/** By day in Seoul, on a day of November: nobody has quiet hours, and October's bills are due. */
export const noonInSeoul = "2026-11-02T12:00:00+09:00";
/** A provider that answers soon and refuses nobody whom it knows. */
export const SOUND_PROVIDER: readonly string[] = ["--delay-ms", "50", "--failure-rate", "0"];

/** What is not as usual. */
export interface NoonWorldOptions {
  readonly simulator?: readonly string[];
  /** A broker of the test's own. */
  readonly bootstrap?: string;
}

/** An empty database and topics of its own at noon; nothing runs but the provider. */
export async function noonWorld(t: TestContext, options: NoonWorldOptions = {}): Promise<World> {
  const { url: databaseUrl, connect } = await testDatabase(t);
  const { simulator = SOUND_PROVIDER, bootstrap = (await testKafka()).bootstrap } = options;
  const database = await connect();
  await setBillingClock(database, noonInSeoul);
  return createWorld(t, { databaseUrl, bootstrap, database }, simulator);
}
