import assert from "node:assert/strict";
import { test } from "node:test";
import { contactKeysOf } from "../../admin/contact-keys.ts";
import { maskEmail, maskName, maskPhone } from "../../platform/mask.ts";
import { testKeys } from "../support/bills.ts";
import { plainContacts, rename, startSettled } from "./settled.ts";

const search = "/api/v1/members/search";

/** A member that has both contacts. */
const withContacts = "select id from members where has_email and has_phone order by id limit 1";

void test("a member is found by number, account, e-mail and phone, however written, and shown masked", async (t) => {
  const { admin, carrier } = await startSettled(t, { live: false });
  const memberId = await carrier.value<number>(withContacts);
  const accountId = await carrier.value<number>("select min(id) from accounts where member_id = $1", [
    memberId,
  ]);
  const { name, email, phone } = await plainContacts(admin.owner, memberId);
  const viewer = await admin.as("viewer");
  const dashed = String(phone).replace(/(\d{3})(\d+)(\d{4})$/, "$1-$2-$3");
  const terms = [
    { memberId },
    { accountId },
    { email: ` ${String(email).toUpperCase()} ` },
    { phone: dashed },
  ];
  for (const term of terms) {
    const { status, body, text } = await viewer.send("POST", search, term);
    assert.equal(status, 200, text);
    const found = body.items.find((item: { memberId: number }) => item.memberId === memberId);
    assert.deepEqual(
      { name: found.name, email: found.email, phone: found.phone },
      { name: maskName(name), email: maskEmail(String(email)), phone: maskPhone(String(phone)) },
    );
    assert.ok(found.accountIds.includes(accountId));
    assert.ok(!text.includes(String(email)) && !text.includes(String(phone)) && !text.includes(name));
  }
  assert.deepEqual((await viewer.send("POST", search, { phone: "010-0000-0000" })).body.items, []);
});

void test("a search by name, by two terms or by none says what to do instead", async (t) => {
  const { admin } = await startSettled(t, { members: 1, live: false });
  const viewer = await admin.as("viewer");
  const byName = await viewer.send("POST", search, { name: "Kim" });
  assert.deepEqual([byName.status, byName.body.errors[0].field], [400, "name"]);
  assert.match(byName.body.errors[0].message, /no index; search by memberId/);
  for (const body of [{}, { memberId: 1, email: "a@example.com" }, { memberId: "1" }, { hair: "red" }]) {
    assert.equal((await viewer.send("POST", search, body)).status, 400, JSON.stringify(body));
  }
});

void test("without keys a member is found by number, and what needs a key says which", async (t) => {
  const { admin, carrier } = await startSettled(t, { live: false }, (parts) => ({
    ...parts,
    context: { ...parts.context, contacts: contactKeysOf({}) },
  }));
  const memberId = await carrier.value<number>(withContacts);
  const operator = await admin.as("operator");
  const found = await operator.send("POST", search, { memberId });
  assert.deepEqual([found.body.items[0].name, found.body.items[0].email], ["*", "****"]);
  const byEmail = await operator.send("POST", search, { email: "a@example.com" });
  assert.equal(byEmail.status, 503);
  assert.match(byEmail.body.detail, /BLIND_INDEX_KEY/);
  const opened = await operator.send("POST", `/api/v1/members/${memberId}/unmask`, { reason: "asked" });
  assert.equal(opened.status, 503);
  assert.match(opened.body.detail, /ENCRYPTION_KEYS/);
});

void test("a member's page has accounts, subscriptions and wishes", async (t) => {
  const { admin, carrier } = await startSettled(t, { live: false });
  const [wanted] = await carrier.rows<{ id: number; plan: string; account: number; zone: string }>(
    `select m.id, s.plan, a.id as account, m.time_zone as zone
       from subscriptions s join accounts a on a.id = s.account_id join members m on m.id = a.member_id
      order by s.id limit 1`,
  );
  assert.ok(wanted);
  const viewer = await admin.as("viewer");
  const { status, body } = await viewer.get(`/api/v1/members/${wanted.id}`);
  assert.equal(status, 200);
  assert.equal(body.timeZone, wanted.zone);
  const account = body.accounts.find(({ accountId }: { accountId: number }) => accountId === wanted.account);
  assert.equal(account.subscriptions[0].plan, wanted.plan);
  assert.equal((await viewer.get("/api/v1/members/999999999")).status, 404);
});

void test("contacts are opened for an operator who says why, and that is in the audit log first", async (t) => {
  const { admin, carrier } = await startSettled(t, { live: false });
  const memberId = await carrier.value<number>(withContacts);
  const path = `/api/v1/members/${memberId}/unmask`;
  const viewer = await admin.as("viewer");
  assert.equal((await viewer.send("POST", path, { reason: "curious" })).status, 403);
  const operator = await admin.as("operator");
  assert.equal((await operator.send("POST", path, { reason: "  " })).status, 400);
  const audited = "select detail->>'reason' as reason, actor from audit_log where action = 'member.unmask'";
  assert.deepEqual(await carrier.rows(audited), []);
  const opened = await operator.send("POST", path, { reason: "ticket 17" });
  assert.deepEqual(opened.body, { memberId, ...(await plainContacts(admin.owner, memberId)) });
  assert.deepEqual(await carrier.rows(audited), [{ reason: "ticket 17", actor: "operator" }]);
  // Whoever cannot be audited is not answered.
  await admin.owner.query("revoke insert on audit_log from billing_admin");
  const refused = await operator.send("POST", path, { reason: "ticket 18" });
  assert.equal(refused.status, 500);
  assert.ok(!refused.text.includes("@"));
});

void test("a name that is a script stays text", async (t) => {
  const { admin } = await startSettled(t, { members: 1, live: false });
  await rename(admin.owner, 1, "<script>alert(1)</script>\u202egnp");
  const operator = await admin.as("operator");
  const { headers, body } = await operator.send("POST", "/api/v1/members/1/unmask", { reason: "test" });
  assert.match(String(headers.get("content-type")), /^application\/json/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(body.name, "<script>alert(1)</script> gnp");
});

void test("wishes are changed once a command, and what is left out stays", async (t) => {
  const { admin, carrier } = await startSettled(t, { members: 2, live: false });
  await admin.owner.query(
    "update members set language = 'ko', send_day = 21, preferred_channel = 'sms' where id = 1",
  );
  const path = "/api/v1/members/1/preferences";
  const change = { sendDay: 15, quietHours: { start: "21:30", end: "07:00" }, reason: "asked by phone" };
  assert.equal((await (await admin.as("viewer")).send("PATCH", path, change)).status, 403);
  const operator = await admin.as("operator");
  const key = "7d0c9dd8-3c8e-4c4f-9a52-0f2bf1a6a111";
  const { status, body } = await operator.send("PATCH", path, change, key);
  assert.equal(status, 200);
  const wanted = { language: "ko", preferredChannel: "sms", sendDay: 15, quietHours: change.quietHours };
  assert.deepEqual(body, wanted);
  const row = "select send_day, quiet_start, quiet_end, preferred_channel from members where id = 1";
  assert.deepEqual(await carrier.rows(row), [
    { send_day: 15, quiet_start: 1_290, quiet_end: 420, preferred_channel: "sms" },
  ]);
  await admin.owner.query("update members set send_day = 9 where id = 1");
  const again = await operator.send("PATCH", path, change, key);
  assert.equal(again.headers.get("idempotency-replayed"), "true");
  assert.equal(await carrier.value("select send_day from members where id = 1"), 9, "not executed twice");
  await operator.send("PATCH", path, { sendDay: null, quietHours: null, preferredChannel: null });
  assert.deepEqual(await carrier.rows(row), [
    { send_day: null, quiet_start: null, quiet_end: null, preferred_channel: null },
  ]);
  const audited = "select count(*) from audit_log where action = 'member.preferences'";
  assert.equal(await carrier.value(audited), 2);
});

void test("quiet hours that leave no minute of the day beside the system's are refused, by name", async (t) => {
  const { admin, carrier } = await startSettled(t, { members: 2, live: false });
  const operator = await admin.as("operator");
  const path = "/api/v1/members/1/preferences";
  const before = await carrier.rows("select * from members where id = 1");
  const whole = await operator.send("PATCH", path, { quietHours: { start: "08:00", end: "22:00" } });
  assert.deepEqual([whole.status, whole.body.errors[0].field], [400, "quietHours"]);
  assert.match(whole.body.errors[0].message, /22:00-08:00/);
  assert.deepEqual(await carrier.rows("select * from members where id = 1"), before);
  const almost = await operator.send("PATCH", path, { quietHours: { start: "08:01", end: "22:00" } });
  assert.equal(almost.status, 200);
  for (const wrong of [
    { sendDay: 31 },
    { preferredChannel: "fax" },
    { quietHours: { start: "25:00", end: "07:00" } },
  ]) {
    assert.equal((await operator.send("PATCH", path, wrong)).status, 400, JSON.stringify(wrong));
  }
  assert.equal((await operator.send("PATCH", "/api/v1/members/77/preferences", {})).status, 404);
});

void test("one key without the other is enough for what it is for", async (t) => {
  const { admin, carrier } = await startSettled(t, { live: false }, (parts) => ({
    ...parts,
    context: { ...parts.context, contacts: contactKeysOf({ BLIND_INDEX_KEY: testKeys.BLIND_INDEX_KEY }) },
  }));
  const memberId = await carrier.value<number>(withContacts);
  const { email } = await plainContacts(admin.owner, memberId);
  const viewer = await admin.as("viewer");
  const { body } = await viewer.send("POST", search, { email });
  assert.deepEqual([body.items[0].memberId, body.items[0].email], [memberId, "****"]);
});
