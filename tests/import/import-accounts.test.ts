import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { bucketOf } from "../../database/bucket.ts";
import { DEFAULT_POLICY, type NotificationPolicy } from "../../notification/policy.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { accountHeader, contents, importing, subscriptionHeader, usageHeader } from "./importing.ts";

const minjun =
  "1001,1,김민준,Minjun@Example.com,010-0123-4567,ko,Asia/Seoul,15,21:00,09:00,sms,KRW,2020-03-01,1990-10-12,basic-pension,7";
const grace = `1002,2,"O'Connor, Grace ""G""",grace@example.com,,en,America/New_York,,,,,KRW,2021-01-01,02-29,,`;

test("a push token is sealed, stays when a file says nothing of it, and goes when one says there is none", async (t) => {
  const { client, cipher, accounts } = await importing(t);
  const token = async (): Promise<string | null> => {
    const { rows } = await client.query<{ sealed: Buffer | null; has: boolean }>(
      "select push_token_encrypted as sealed, has_push_token as has from members where id = 1",
    );
    const sealed = rows[0]?.sealed ?? null;
    assert.equal(rows[0]?.has, sealed !== null);
    return sealed && cipher.decrypt(sealed, { table: "members", column: "push_token", row: 1 });
  };
  const withTokens = `${accountHeader},push_token`;
  await accounts(`${withTokens}\n${minjun},fcm:AAAA-1`);
  assert.equal(await token(), "fcm:AAAA-1");

  const silent = await accounts(`${accountHeader}\n${minjun}`);
  assert.deepEqual([silent.updated, silent.unchanged], [0, 1]);
  const other = await accounts(`${accountHeader}\n${minjun.replace("010-0123-4567", "010-0123-9999")}`);
  assert.equal(other.updated, 1);
  assert.equal(await token(), "fcm:AAAA-1");

  const gone = await accounts(`${withTokens}\n${minjun.replace("010-0123-4567", "010-0123-9999")},`);
  assert.equal(gone.updated, 1);
  assert.equal(await token(), null);
  const { rows } = await client.query(
    "select detail -> 'changed' as changed from audit_log where action = 'member.updated' order by id",
  );
  assert.deepEqual(rows, [{ changed: ["phone"] }, { changed: ["push_token"] }]);

  const bad = await accounts(`${withTokens}\n${minjun},two words`);
  assert.equal(bad.rejected, 1);
});

test("good rows are loaded, contacts sealed for their row", async (t) => {
  const { client, cipher, accounts } = await importing(t);
  const summary = await accounts(`${accountHeader}\n${minjun}\n${grace}`);
  assert.deepEqual([summary.rows, summary.inserted, summary.rejected, summary.rejectFile], [2, 2, 0, null]);

  const { rows: members } = await client.query<Record<string, unknown>>("select * from members order by id");
  const [first, second] = members;
  assert.ok(first && second);
  const open = (column: string, row: number, sealed: unknown): string =>
    cipher.decrypt(sealed as Buffer, { table: "members", column, row });
  assert.equal(open("name", 1, first["name_encrypted"]), "김민준");
  assert.equal(open("email", 1, first["email_encrypted"]), "Minjun@Example.com");
  assert.equal(open("phone", 1, first["phone_encrypted"]), "010-0123-4567");
  assert.deepEqual(first["email_index"], cipher.blindIndex("minjun@example.com"));
  assert.deepEqual(first["phone_index"], cipher.blindIndex("01001234567"));
  assert.deepEqual(
    [first["send_day"], first["quiet_start"], first["quiet_end"], first["preferred_channel"]],
    [15, 1260, 540, "sms"],
  );
  assert.equal(open("name", 2, second["name_encrypted"]), `O'Connor, Grace "G"`);
  assert.deepEqual(
    [second["phone_encrypted"], second["language"], second["time_zone"]],
    [null, "en", "America/New_York"],
  );

  const { rows } = await client.query(
    "select id, member_id, family_id, bucket, birthday, welfare_class, joined_on::text from accounts order by id",
  );
  assert.deepEqual(rows, [
    {
      id: 1001,
      member_id: 1,
      family_id: 7,
      bucket: bucketOf(7),
      birthday: 1012,
      welfare_class: "basic-pension",
      joined_on: "2020-03-01",
    },
    {
      id: 1002,
      member_id: 2,
      family_id: null,
      bucket: bucketOf(1002),
      birthday: 229,
      welfare_class: "",
      joined_on: "2021-01-01",
    },
  ]);
});

test("a byte order mark, CRLF, blank lines and another order of columns change nothing", async (t) => {
  const { client, accounts } = await importing(t);
  await accounts(`${accountHeader}\n${minjun}\n`);
  const before = await contents(client);
  const columns = accountHeader.split(",");
  const cells = minjun.split(",");
  const turned = `\uFEFF${columns.toReversed().join(",")}\r\n\r\n${cells.toReversed().join(",")}\r\n`;
  assert.deepEqual([(await accounts(turned)).unchanged, await contents(client)], [1, before]);
});

test("bad rows are told with line, fields and reasons, contacts masked, and the others load", async (t) => {
  const { client, accounts, rejects } = await importing(t);
  const summary = await accounts(
    [
      accountHeader,
      minjun,
      "x,2,Nobody,notanemail,0101234567x,fr,Mars/Base,40,21:00,,fax,ZZZ,2020-02-30,13-01,bad code,",
      `1003,3,"never closed,secret@example.com`,
      "1004,4,too,few",
      minjun.replace("김민준", "다른이름"),
      minjun.replace("1001,1", "1005,1").replace("Minjun@", "other@"),
      "1006,6,Lee,lee.private@example.com,010-0123-9999,,,,,,,KRW,2020-01-01,,,,",
      grace,
    ].join("\n"),
  );
  assert.deepEqual([summary.rows, summary.inserted, summary.rejected], [8, 2, 6]);
  const list = rejects(summary);
  assert.deepEqual(
    list.map(({ line, field }) => `${line} ${field}`),
    [
      "3 quiet_end; account; email; phone; language; time_zone; send_day; preferred_channel; currency; joined_on; birthday; welfare_class",
      "4 row",
      "5 row",
      "6 account",
      "7 member",
      "8 row",
    ],
  );
  assert.match(
    list[0]?.reason ?? "",
    /is not an IANA time zone by its exact name.*is not a date of the calendar/,
  );
  assert.match(list[3]?.reason ?? "", /stands on line 2 already/);
  assert.match(list[4]?.reason ?? "", /described otherwise on line 2/);
  const text = readFileSync(summary.rejectFile ?? "", "utf8");
  assert.doesNotMatch(
    text,
    /secret@|lee\.private|notanemail|0101234567|0123-4567|Minjun@|other@|Nobody|김민준|다른이름/,
  );
  assert.match(text, /othe\*\*\*\*@Example\.com|othe\*\*\*\*@example\.com/i);
  const { rows } = await client.query("select id from accounts order by id");
  assert.deepEqual(rows, [{ id: 1001 }, { id: 1002 }]);
});

test("quiet hours that leave with the policy's no minute of the day are refused, by the policy promoted last or the one given", async (t) => {
  const { client, accounts, rejects } = await importing(t);
  const own = (hours: string): string => minjun.replace("21:00,09:00", hours);
  const refusals = async (hours: string, policy?: NotificationPolicy): Promise<string[]> => {
    const options = { dryRun: true, ...(policy && { policy }) };
    const summary = await accounts(`${accountHeader}\n${own(hours)}`, options);
    return rejects(summary).map(({ line, field, reason, value }) => `${line} ${field}: ${reason} <${value}>`);
  };
  const all = (system: string, value: string): string[] => [
    `2 quiet_start: leaves no minute of the day free, up to quiet_end and with the policy's quiet hours (${system}); shorten it, or leave both empty <${value}>`,
  ];
  assert.deepEqual(await refusals("08:00,22:00"), all("22:00-08:00", "08:00"));
  assert.deepEqual(await refusals("07:00,23:00"), all("22:00-08:00", "07:00"));
  assert.deepEqual(await refusals("08:01,22:00"), []);
  assert.deepEqual(await refusals("12:00,12:00"), []);
  const noon = { ...DEFAULT_POLICY, systemQuiet: [{ startMinute: 0, endMinute: 12 * 60 }] };
  assert.deepEqual(await refusals("12:00,00:00", noon), all("00:00-12:00", "12:00"));
  assert.deepEqual(await refusals("08:00,22:00", noon), []);
  // From the promotion on, what it was promoted with.
  await insertLiveGeneration(client, { period: "2026-09", generation: 1, policy: noon }, 1);
  assert.deepEqual(await refusals("12:00,00:00"), all("00:00-12:00", "12:00"));
  assert.deepEqual(await refusals("08:00,22:00"), []);
});

test("the same file twice changes nothing and says so", async (t) => {
  const { client, accounts } = await importing(t);
  const file = `${accountHeader}\n${minjun}\n${grace}\n1009,9,bad\n`;
  assert.equal((await accounts(file)).importedBefore, null);
  const before = await contents(client);
  const second = await accounts(file);
  assert.deepEqual([second.inserted, second.updated, second.unchanged, second.rejected], [0, 0, 2, 1]);
  assert.ok(second.importedBefore);
  assert.equal(await contents(client), before);
});

test("a changed row is updated, and audited by column without values", async (t) => {
  const { client, cipher, accounts } = await importing(t);
  await accounts(`${accountHeader}\n${minjun}\n${grace}`);
  const changed = minjun
    .replace("Minjun@Example.com", "new.address@example.com")
    .replace(",15,", ",21,")
    .replace("basic-pension", "");
  const summary = await accounts(`${accountHeader}\n${changed}\n${grace}`);
  assert.deepEqual([summary.inserted, summary.updated, summary.unchanged], [0, 1, 1]);
  const { rows } = await client.query(
    "select action, subject, detail -> 'changed' as changed, detail::text from audit_log order by id",
  );
  assert.deepEqual(
    rows.map((row: Record<string, unknown>) => [row["action"], row["subject"], row["changed"]]),
    [
      ["account.updated", "account:1001", ["welfare_class"]],
      ["member.updated", "member:1", ["email", "send_day"]],
    ],
  );
  assert.doesNotMatch(JSON.stringify(rows), /new\.address|Minjun/);
  const { rows: members } = await client.query<{ id: number; email_encrypted: Buffer }>(
    "select id, email_encrypted from members where email_index = $1",
    [cipher.blindIndex("new.address@example.com")],
  );
  assert.equal(
    cipher.decrypt(members[0]?.email_encrypted ?? Buffer.alloc(0), {
      table: "members",
      column: "email",
      row: 1,
    }),
    "new.address@example.com",
  );
});

test("an account that joins a family moves to its bucket with all it has", async (t) => {
  const { client, accounts, subscriptions, usage } = await importing(t);
  await accounts(`${accountHeader}\n${grace}`);
  await subscriptions(`${subscriptionHeader}\n5002,1002,kr-5g-30,2021-01-01,,24,2025-12-01,,roaming`);
  await usage(`${usageHeader}\na1,5002,voice,2026-10-05T10:00:00,60\na2,5002,voice,2026-09-05T10:00:00,60`);
  await client.query(
    `insert into suspensions (subscription_id, bucket, started_on) values (5002, ${bucketOf(1002)}, '2026-10-20')`,
  );
  await client.query(
    `insert into adjustments (account_id, bucket, period, kind, amount_minor, reason, created_by)
     values (1002, ${bucketOf(1002)}, '2026-10-01', 'final', -100, 'test', 'test')`,
  );
  assert.notEqual(bucketOf(77), bucketOf(1002));
  assert.equal((await accounts(`${accountHeader}\n${grace}77`)).updated, 1);
  const tables = [
    "accounts",
    "subscriptions",
    "contracts",
    "add_ons",
    "suspensions",
    "adjustments",
    "usage_records",
  ];
  for (const table of tables) {
    const { rows } = await client.query(`select distinct bucket from ${table}`);
    assert.deepEqual(rows, [{ bucket: bucketOf(77) }], table);
  }
});

test("an unusable header is refused, its faults named, and nothing is loaded", async (t) => {
  const { client, accounts } = await importing(t);
  const header = accountHeader.replace("email", "e-mail").replace("family", "account");
  await assert.rejects(accounts(`${header}\n${minjun}`), {
    code: "unusable-file",
    message: /missing columns: email, family; unknown columns: e-mail; repeated columns: account/,
  });
  await assert.rejects(accounts(""), { code: "unusable-file", message: /is empty/ });
  const { rows } = await client.query("select from import_files");
  assert.equal(rows.length, 0);
});

test("a dry run tells everything and loads nothing", async (t) => {
  const { client, accounts, rejects } = await importing(t);
  const empty = await contents(client);
  const summary = await accounts(`${accountHeader}\n${minjun}\n1,2,3`, { dryRun: true });
  assert.deepEqual([summary.inserted, summary.rejected, rejects(summary).length], [1, 1, 1]);
  assert.equal(await contents(client), empty);
});

test("no recorded row changes while a month is being settled; new rows may come", async (t) => {
  const { client, accounts } = await importing(t);
  await accounts(`${accountHeader}\n${minjun}`);
  await client.query(
    "insert into tariffs (name, version, currency, document, sha256) values ('t', '1', 'KRW', '', '')",
  );
  await client.query(
    `with run as (insert into bill_runs (id, name, period, tariff_id, spec)
                  select gen_random_uuid(), 'r', '2026-10-01', id, '{}' from tariffs returning id, tariff_id)
     insert into generations (period, number, run_id, tariff_id, state, partitions, frozen_at, expected_accounts, currency)
     select '2026-10-01', 1, id, tariff_id, 'settling', 1, now(), 1, 'KRW' from run`,
  );
  const before = await contents(client);
  const changed = minjun.replace("basic-pension", "");
  await assert.rejects(accounts(`${accountHeader}\n${changed}\n${grace}`), {
    code: "settling",
    message: /2026-10 is being settled/,
  });
  assert.equal(await contents(client), before);
  assert.equal((await accounts(`${accountHeader}\n${grace}`)).inserted, 1);
});
