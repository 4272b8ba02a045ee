import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { bands } from "./bands.ts";
import { type ChurnRow, churnRows } from "./churn-rows.ts";

/** The month all minutes are taken to fall in, and a time within it. */
export const period = "2026-10";
const startedAt = `${period}-15T12:00:00`;
const joinedOn = "2020-01-01";

/** Paths of the three files that `import` takes. */
export interface ImportFiles {
  readonly accounts: string;
  readonly subscriptions: string;
  readonly usage: string;
}

/** Writes the subscribers as accounts.csv, subscriptions.csv and usage.csv; account, member and subscription share a number. */
export async function writeImportFiles(file: string, folder: string): Promise<ImportFiles> {
  const accounts = join(folder, "accounts.csv");
  const subscriptions = join(folder, "subscriptions.csv");
  const usage = join(folder, "usage.csv");
  await write(accounts, accountHeader, file, ({ account }) => [
    [
      account,
      account,
      `Subscriber ${account}`,
      "",
      "",
      "en",
      "America/New_York",
      "",
      "",
      "",
      "",
      "USD",
      joinedOn,
      "",
      "",
      "",
    ],
  ]);
  await write(subscriptions, subscriptionHeader, file, ({ account }) => [
    [account, account, "churn", joinedOn, "", "", "", "", ""],
  ]);
  await write(
    usage,
    ["record_id", "subscription", "meter", "started_at", "quantity"],
    file,
    ({ account, ...row }) =>
      bands.map(({ code }) => [`${account}-${code}`, account, code, startedAt, row.bands.get(code)?.minutes]),
  );
  return { accounts, subscriptions, usage };
}

const accountHeader = [
  "account",
  "member",
  "name",
  "email",
  "phone",
  "language",
  "time_zone",
  "send_day",
  "quiet_start",
  "quiet_end",
  "preferred_channel",
  "currency",
  "joined_on",
  "birthday",
  "welfare_class",
  "family",
];
const subscriptionHeader = [
  "subscription",
  "account",
  "plan",
  "started_on",
  "ended_on",
  "contract_months",
  "contract_started_on",
  "contract_terminated_on",
  "add_ons",
];

async function write(
  target: string,
  header: readonly string[],
  source: string,
  rowsOf: (row: ChurnRow) => unknown[][],
): Promise<void> {
  async function* records(): AsyncGenerator<readonly unknown[]> {
    yield header;
    for await (const row of churnRows(source)) yield* rowsOf(row);
  }
  await pipeline(Readable.from(records()), stringify(), createWriteStream(target));
}
