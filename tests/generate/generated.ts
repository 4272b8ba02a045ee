import { fileURLToPath } from "node:url";
import type { TestContext } from "node:test";
import { parsePeriod } from "../../billing/period.ts";
import { generate, type GenerateSummary } from "../../jobs/generate/generate.ts";
import type { Progress } from "../../jobs/generate/progress.ts";
import { readTariffFiles } from "../../jobs/tariff/read-tariff-files.ts";
import { recordTariffFile } from "../../jobs/tariff/record-tariff-file.ts";
import type { Client } from "../../platform/postgres.ts";
import { testKeys } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

const tariffFile = fileURLToPath(new URL("../../tariffs/kr-mobile-2026-07.yaml", import.meta.url));
const silent: Progress = { advance: () => undefined, stop: () => undefined };

/** A generated database. */
export interface Generated {
  readonly client: Client;
  readonly url: string;
  readonly summary: GenerateSummary;
  /** Generates into the same database once more. */
  readonly again: () => Promise<GenerateSummary>;
}

/** Records the reference tariff in a fresh database and fills it for 2026-10. */
export async function generated(
  t: TestContext,
  request: {
    readonly members: number;
    readonly usage: number;
    readonly seed: number;
    readonly workers: number;
  },
): Promise<Generated> {
  const { url, connect } = await testDatabase(t);
  const client = await connect();
  const { sound } = await readTariffFiles([tariffFile]);
  for (const tariff of sound) await recordTariffFile(client, tariff);
  const access = {
    databaseUrl: url,
    databaseRole: "",
    encryptionKeys: testKeys.ENCRYPTION_KEYS,
    blindIndexKey: testKeys.BLIND_INDEX_KEY,
  };
  const { members, usage, seed, workers } = request;
  const wanted = { members, usage, seed, period: parsePeriod("2026-10"), tariff: "kr-mobile@2026-07" };
  const again = (): Promise<GenerateSummary> => generate(access, wanted, workers, () => silent);
  return { client, url, summary: await again(), again };
}

/** Columns that a seed decides, by table: all but times of recording and ciphertexts, whose random vectors differ by design. */
const seededColumns: Readonly<Record<string, string>> = {
  members: `id, email_index, phone_index, has_email, has_phone, has_push_token, language, time_zone, send_day, quiet_start, quiet_end,
            preferred_channel`,
  families: "id",
  accounts: "id, member_id, family_id, bucket, currency, joined_on, birthday, welfare_class",
  subscriptions: "id, account_id, bucket, plan, started_on, ended_on",
  suspensions: "subscription_id, bucket, started_on, ended_on",
  contracts: "id, subscription_id, bucket, months, started_on, terminated_on",
  add_ons: "id, subscription_id, bucket, code, started_on, ended_on",
  adjustments: "id, account_id, bucket, period, kind, charge, amount_minor, reason, created_by",
  usage_records: "period, subscription_id, started_at, quantity_milli, meter_id, bucket, record_id",
};

/** Number and checksum of the rows of every table, whatever their order. */
export async function checksums(client: Client): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const [table, columns] of Object.entries(seededColumns)) {
    const { rows } = await client.query<{ sum: string }>(
      `select count(*) || ':' || sum(hashtextextended(seeded::text, 0)::numeric) as sum
       from (select ${columns} from ${table}) seeded`,
    );
    sums[table] = rows[0]?.sum ?? "";
  }
  return sums;
}
