import { readFileSync } from "node:fs";
import { attachStagedLeaf, createStagedLeaf, indexStagedLeaf } from "../../database/notifications/leaf.ts";
import { billIdRange } from "../../database/bills/leaf.ts";
import { emailKey, phoneKey, pushTokenKey } from "../../database/members/contact-key.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { DEFAULT_POLICY, type NotificationPolicy } from "../../notification/policy.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import type { Client } from "../../platform/postgres.ts";

/** Keys of test data, as the processes under test are configured. */
export const testKeys = {
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString("base64")}`,
  BLIND_INDEX_KEY: Buffer.alloc(32, 9).toString("base64"),
};

/** One member and the message to be sent; what is left out is the default in brackets. */
export interface TestMember {
  /** [`m<number>@example.com`]; null = none. */
  readonly email?: string | null;
  /** [`0100000<number>`]; null = none. */
  readonly phone?: string | null;
  /** [none] */
  readonly pushToken?: string;
  readonly language?: "ko" | "en";
  readonly timeZone?: string;
  readonly quiet?: readonly [number, number];
  /** [none] */
  readonly sendDay?: number;
  /** [`email,sms`] */
  readonly channelPlan?: string;
  /** Billing clock, in seconds from now [due since a minute]. */
  readonly dueInSeconds?: number;
}

/** Ladders of milliseconds and a short lease, so that a test sees every rung. */
export const testPolicy: NotificationPolicy = {
  ...DEFAULT_POLICY,
  leaseMs: 3_000,
  ladders: {
    email: { delaysMs: [100, 100], jitterFraction: 0.2 },
    sms: { delaysMs: [100], jitterFraction: 0.2 },
    push: { delaysMs: [], jitterFraction: 0 },
  },
};

const itemCodes = ["plan:kr-5g-30", "usage:data", "discount:contract", "tax:vat", "rounding"];
const chunk = 5_000;

/**
 * A live, released generation of `count` bills of five lines each, with members and notification rows, as promotion
 * leaves it, to be delivered by `policy` [`testPolicy`]. Member, account and bill numbers count from 1 within the period; `memberOf` says what is special.
 */
export async function insertLiveGeneration(
  client: Client,
  address: GenerationAddress & { readonly policy?: NotificationPolicy },
  count: number,
  memberOf: (number: number) => TestMember = () => ({}),
): Promise<void> {
  await insertGeneration(client, address, count);
  for (let first = 1; first <= count; first += chunk) {
    await insertMembers(client, { first, last: Math.min(count, first + chunk - 1) }, memberOf);
  }
  await insertBills(client, address, count);
  await insertNotifications(client, address, count, memberOf);
}

/** Id of the bill of account `number`. */
export function billIdOf(period: string, number: number): number {
  return billIdRange(period).from + number;
}

async function insertGeneration(
  client: Client,
  { period, generation, policy }: GenerationAddress & { readonly policy?: NotificationPolicy },
  count: number,
): Promise<void> {
  const document = readFileSync(new URL("../../tariffs/kr-mobile-2026-07.yaml", import.meta.url), "utf8");
  await client.query(
    `insert into tariffs (name, version, currency, document, sha256)
     values ('kr-mobile', '2026-07', 'KRW', $1, '') on conflict do nothing`,
    [document],
  );
  await client.query("insert into item_codes (code) select unnest($1::text[]) on conflict do nothing", [
    itemCodes,
  ]);
  await client.query(
    `with run as (
       insert into bill_runs (id, name, period, tariff_id, spec)
       select gen_random_uuid(), $1::text || '-' || $2::int, to_date($1, 'YYYY-MM'), id, '{}' from tariffs limit 1
       returning id, period, tariff_id)
     insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts,
                              currency, promoted_at, released_at, notification_policy)
     select period, $2, id, tariff_id, 'live', 1, now(), $3, 'KRW', now(), now(), $4 from run`,
    [period, generation, count, policy ?? testPolicy],
  );
}

async function insertMembers(
  client: Client,
  { first, last }: { first: number; last: number },
  memberOf: (number: number) => TestMember,
): Promise<void> {
  const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);
  const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const members = numbers.map(memberOf);
  const sealed = (column: string, row: number, plain: string | null): Buffer | null =>
    plain === null ? null : cipher.encrypt(plain, { table: "members", column, row });
  const text = (value: string | null | undefined, otherwise: string): string | null =>
    value === undefined ? otherwise : value;
  const indexed = (plain: string | null, key: (plain: string) => string): Buffer | null =>
    plain === null ? null : cipher.blindIndex(key(plain));
  const emails = members.map(({ email }, at) => text(email, `m${first + at}@example.com`));
  const phones = members.map(({ phone }, at) => text(phone, `010${String(first + at).padStart(8, "0")}`));
  await client.query(
    `insert into members (id, name_encrypted, email_encrypted, phone_encrypted, language, time_zone, quiet_start,
                          quiet_end, send_day, push_token_encrypted, email_index, phone_index, push_token_index)
     select * from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::text[], $6::text[],
                          $7::smallint[], $8::smallint[], $9::smallint[], $10::bytea[], $11::bytea[], $12::bytea[],
                          $13::bytea[])
     on conflict do nothing`,
    [
      numbers,
      numbers.map((number) => sealed("name", number, `Member ${number}`)),
      emails.map((email, at) => sealed("email", first + at, email)),
      phones.map((phone, at) => sealed("phone", first + at, phone)),
      members.map(({ language }, at) => language ?? ((first + at) % 2 === 0 ? "en" : "ko")),
      members.map(({ timeZone }) => timeZone ?? "Asia/Seoul"),
      members.map(({ quiet }) => quiet?.[0] ?? null),
      members.map(({ quiet }) => quiet?.[1] ?? null),
      members.map(({ sendDay }) => sendDay ?? null),
      members.map(({ pushToken }, at) => sealed("push_token", first + at, pushToken ?? null)),
      emails.map((email) => indexed(email, emailKey)),
      phones.map((phone) => indexed(phone, phoneKey)),
      members.map(({ pushToken }) => indexed(pushToken ?? null, pushTokenKey)),
    ],
  );
}

async function insertBills(
  client: Client,
  { period, generation }: GenerationAddress,
  count: number,
): Promise<void> {
  await client.query("select create_bill_month(to_date($1, 'YYYY-MM'))", [period]);
  const month = period.replace("-", "_");
  for (const parent of ["bills", "bill_items"]) {
    await client.query(
      `create table ${parent}_${month}_g${generation}_p0 partition of ${parent}_${month}
       for values from (${generation}, 0) to (${generation}, 1)`,
    );
  }
  const { from } = billIdRange(period);
  await client.query(
    `insert into bills (bill_id, account_id, generation, partition_index, item_count, state, taxable_minor, tax_minor,
                        total_minor, digest, snapshot)
     select $1::bigint + n, n, $2, 0, 5, 'validated', 25486, 2549, 28030, '', '{}' from generate_series(1, $3::int) n`,
    [from, generation, count],
  );
  await client.query(
    `insert into bill_items (bill_id, quantity_milli, rate_micro, amount_minor, generation, partition_index, line,
                             code_id)
     select $1::bigint + n, 1000, 250000, amount, $2, 0, line, c.id
       from generate_series(1, $3::int) n,
            unnest($4::text[], array[20000, 10486, -5000, 2549, -5]) with ordinality as item(code, amount, line)
       join item_codes c using (code)`,
    [from, generation, count, itemCodes],
  );
  await client.query(`alter table bills_${month}_g${generation}_p0 add primary key (bill_id)`);
  await client.query(`alter table bill_items_${month}_g${generation}_p0 add primary key (bill_id, line)`);
  await client.query(
    `analyze bills_${month}_g${generation}_p0, bill_items_${month}_g${generation}_p0, members`,
  );
}

async function insertNotifications(
  client: Client,
  address: GenerationAddress,
  count: number,
  memberOf: (number: number) => TestMember,
): Promise<void> {
  const leaf = await createStagedLeaf(client, address);
  const members = Array.from({ length: count }, (_, index) => memberOf(index + 1));
  await client.query(
    `insert into ${leaf} (bill_id, member_id, generation, partition_index, state, channel, channel_plan, reason, due_at)
     select $1::bigint + n, n, $2, 0, 'SCHEDULED', split_part(plan, ',', 1), plan, 'released',
            billing_now() + due_in * interval '1 second'
       from unnest($3::text[], $4::int[]) with ordinality as m(plan, due_in, n)`,
    [
      billIdRange(address.period).from,
      address.generation,
      members.map(({ channelPlan }) => channelPlan ?? "email,sms"),
      members.map(({ dueInSeconds }) => dueInSeconds ?? -60),
    ],
  );
  await indexStagedLeaf(client, address);
  await attachStagedLeaf(client, address);
}
