import assert from "node:assert/strict";
import { test } from "node:test";
import { knownTimeZones } from "../../database/members/known-time-zones.ts";
import { isTimeZone } from "../../notification/zone-offset.ts";
import { testDatabase } from "../support/postgres.ts";
import { accountHeader, importing } from "./importing.ts";

const sealed = "'\\x01', '\\x01'";

test("every zone of the table is known to PostgreSQL and to the processes that compute with it", async (t) => {
  const { connect } = await testDatabase(t);
  const client = await connect();
  const known = await knownTimeZones(client);
  assert.ok(known.size > 400, String(known.size));
  assert.deepEqual(
    [...known].filter((zone) => !isTimeZone(zone)),
    [],
  );
  for (const zone of [
    "Asia/Seoul",
    "America/New_York",
    "America/Argentina/Buenos_Aires",
    "Etc/GMT+5",
    "UTC",
  ]) {
    assert.ok(known.has(zone), zone);
  }
  await client.query("select now() at time zone name from time_zones");
});

test("a member is refused whose zone is none, by name; what stands already is left alone", async (t) => {
  const { connect } = await testDatabase(t);
  const client = await connect();
  const add = (id: number, zone: string): Promise<unknown> =>
    client.query(
      `insert into members (id, name_encrypted, email_encrypted, time_zone) values ($1, ${sealed}, $2)`,
      [id, zone],
    );
  await add(1, "Asia/Seoul");
  for (const zone of ["Mars/Olympus", "+09:00", "asia/seoul", "posix/Asia/Seoul", "Factory", ""]) {
    await assert.rejects(add(2, zone), (error: Error) =>
      error.message.startsWith(`member 2 has the time zone "${zone}"`),
    );
    await assert.rejects(
      client.query("update members set time_zone = $1", [zone]),
      /member 1 has the time zone/,
    );
  }
  await client.query("alter table members disable trigger members_inserted_time_zones");
  await add(3, "Mars/Olympus");
  await client.query("alter table members enable trigger members_inserted_time_zones");
  await client.query("update members set send_day = 3");
  await client.query("update members set time_zone = 'Europe/Paris' where id = 3");
});

test("an import names line and field of a zone that only one of the two knows", async (t) => {
  const { accounts, rejects } = await importing(t);
  const row = (number: number, zone: string): string =>
    `${number},${number},Kim,,010-0000-000${number},,${zone},,,,,KRW,2020-01-01,,,`;
  const zones = ["Asia/Seoul", "+09:00", "asia/seoul", "Factory", "Asia/Tokyo"];
  const summary = await accounts([accountHeader, ...zones.map((zone, at) => row(at + 1, zone))].join("\n"));
  assert.deepEqual([summary.inserted, summary.rejected], [2, 3]);
  assert.deepEqual(
    rejects(summary).map(({ line, field, reason }) => `${line} ${field} ${reason.slice(0, 48)}`),
    [3, 4, 5].map((line) => `${line} time_zone is not an IANA time zone by its exact name; writ`),
  );
});
