import assert from "node:assert/strict";
import { test } from "node:test";
import { cloneOf, expectDone, populatedOriginal } from "./support.ts";

test("a member whose time zone is none is named, nothing is promoted, and it is when that is mended", async (t) => {
  const carrier = await cloneOf(t, await populatedOriginal(t, 20));
  const digest = await carrier.prove();
  const member = await carrier.value<number>(
    "select a.member_id from accounts a join bills b on b.account_id = a.id order by b.bill_id limit 1",
  );
  // As a row that was there before the table refused it.
  await carrier.client.query("alter table members disable trigger members_updated_time_zones");
  await carrier.client.query("update members set time_zone = 'Mars/Olympus' where id = $1", [member]);
  await carrier.client.query("alter table members enable trigger members_updated_time_zones");
  const outcome = await carrier.promote({ digest });
  assert.equal(outcome.code, 43);
  assert.match(outcome.error, new RegExp(`member ${member} has the time zone "Mars/Olympus".*correct`));
  assert.equal(await carrier.value("select state from generations"), "verified");
  await carrier.client.query("update members set time_zone = 'Asia/Seoul' where id = $1", [member]);
  expectDone(await carrier.promote({ digest }));
  assert.equal(
    await carrier.value("select count(*) from notifications where state = 'SCHEDULED'"),
    await carrier.value("select billed from generations"),
  );
});
