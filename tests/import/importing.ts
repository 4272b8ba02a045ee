import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { parse } from "csv-parse/sync";
import { readFileSync } from "node:fs";
import { ensureMeters } from "../../database/tariffs/dictionary.ts";
import { accountImporter } from "../../jobs/import/import-accounts.ts";
import { importFile, type Importer, type ImportSummary } from "../../jobs/import/import-file.ts";
import { subscriptionImporter } from "../../jobs/import/import-subscriptions.ts";
import { usageImporter } from "../../jobs/import/import-usage.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { type ColumnCipher, createColumnCipher } from "../../platform/encryption.ts";
import type { Client } from "../../platform/postgres.ts";
import { testKeys } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

export const accountHeader =
  "account,member,name,email,phone,language,time_zone,send_day,quiet_start,quiet_end,preferred_channel," +
  "currency,joined_on,birthday,welfare_class,family";
export const subscriptionHeader =
  "subscription,account,plan,started_on,ended_on,contract_months,contract_started_on,contract_terminated_on,add_ons";
export const usageHeader = "record_id,subscription,meter,started_at,quantity";

/** One line of a reject file. */
export interface Reject {
  readonly line: string;
  readonly field: string;
  readonly reason: string;
  readonly value: string;
  readonly row: string;
}

/** An empty database with the meters voice and data, and a folder for CSV files. */
export interface Importing {
  readonly url: string;
  readonly client: Client;
  readonly cipher: ColumnCipher;
  /** Writes a file of the test's folder and returns its path. */
  readonly file: (name: string, contents: string | Buffer) => string;
  readonly accounts: (contents: string, options?: Options) => Promise<ImportSummary>;
  readonly subscriptions: (contents: string, options?: Options) => Promise<ImportSummary>;
  readonly usage: (contents: string, options?: Options) => Promise<ImportSummary>;
  readonly rejects: (summary: ImportSummary) => Reject[];
}

export interface Options {
  readonly dryRun?: boolean;
  /** Epoch day of the only month taken. */
  readonly period?: number;
  /** Instead of the one promoted last. */
  readonly policy?: NotificationPolicy;
  /** Billing time zone of usage. [Asia/Seoul] */
  readonly timeZone?: string;
}

/** Sets up an import test. */
export async function importing(t: TestContext): Promise<Importing> {
  const { url, connect } = await testDatabase(t);
  const client = await connect();
  await ensureMeters(client, ["voice", "data"]);
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);
  let files = 0;
  const file = (name: string, contents: string | Buffer): string => {
    const path = join(folder, `${++files}-${name}`);
    writeFileSync(path, contents);
    return path;
  };
  const run = async <Row>(
    importer: Importer<Row>,
    contents: string,
    options: Options = {},
  ): Promise<ImportSummary> => {
    const request = {
      file: file(`${importer.kind}.csv`, contents),
      rejectFile: null,
      dryRun: options.dryRun === true,
    };
    try {
      return await importFile(client, importer, request);
    } catch (error) {
      await client.query("rollback");
      throw error;
    }
  };
  return {
    url,
    client,
    cipher,
    file,
    accounts: (contents, options) => run(accountImporter(cipher, options?.policy ?? null), contents, options),
    subscriptions: (contents, options) => run(subscriptionImporter(), contents, options),
    usage: (contents, options) =>
      run(
        usageImporter({
          timeZone: options?.timeZone ?? "Asia/Seoul",
          period: options?.period ?? null,
        }),
        contents,
        options,
      ),
    rejects: ({ rejectFile }) =>
      rejectFile === null ? [] : parse<Reject>(readFileSync(rejectFile, "utf8"), { columns: true }),
  };
}

/** Everything that imports write, as text, without times of recording and ciphertexts. */
export async function contents(client: Client): Promise<string> {
  const texts: string[] = [];
  for (const [table, columns] of Object.entries({
    members:
      "id, email_index, phone_index, language, time_zone, send_day, quiet_start, quiet_end, preferred_channel",
    families: "id",
    accounts: "id, member_id, family_id, bucket, currency, joined_on, birthday, welfare_class",
    subscriptions: "id, account_id, bucket, plan, started_on, ended_on, recorded_at",
    contracts: "id, subscription_id, bucket, months, started_on, terminated_on, recorded_at",
    add_ons: "id, subscription_id, bucket, code, started_on, ended_on, recorded_at",
    usage_records:
      "period, bucket, record_id, subscription_id, started_at, quantity_milli, meter_id, received_at",
    audit_log: "id, action, subject",
  })) {
    const { rows } = await client.query<{ text: string }>(
      `select coalesce(string_agg(row::text, E'\\n' order by row::text), '') as text from (select ${columns} from ${table}) row`,
    );
    texts.push(`${table}\n${rows[0]?.text ?? ""}`);
  }
  return texts.join("\n\n");
}
