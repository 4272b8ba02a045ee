import assert from "node:assert/strict";
import { test } from "node:test";
import { expectDone, PERIOD } from "../settlement/support.ts";
import { rename, startSettled } from "./settled.ts";

interface Bill {
  readonly billId: number;
  readonly accountId: number;
  readonly memberId: number;
  readonly period: string;
  readonly generation: number;
  readonly state: string;
  readonly totalMinor: string;
}

void test("bills of a month go page by page, and are those that were settled", async (t) => {
  const { admin, carrier } = await startSettled(t);
  const viewer = await admin.as("viewer");
  const found: Bill[] = [];
  let next: string | null = "";
  while (next !== null) {
    const cursor: string = next === "" ? "" : `&cursor=${next}`;
    const page = await viewer.get(`/api/v1/bills?period=${PERIOD}&limit=7${cursor}`);
    assert.equal(page.status, 200, page.text);
    found.push(...(page.body.items as Bill[]));
    next = page.body.next as string | null;
  }
  const stored = await carrier.rows(
    `select bill_id as "billId", total_minor::text as "totalMinor" from bills order by bill_id`,
  );
  assert.deepEqual(
    found.map(({ billId, totalMinor }) => ({ billId, totalMinor })),
    stored,
  );
  assert.ok(found.length > 30);
  assert.ok(found.every(({ state, period }) => state === "validated" && period === PERIOD));
});

void test("bills by state: rare ones are found over pages that are shorter", async (t) => {
  const { admin, carrier } = await startSettled(t);
  const viewer = await admin.as("viewer");
  const paid = await carrier.value<number>("select max(bill_id) from bills");
  await admin.owner.query(
    `insert into bill_state_changes (bill_id, generation, state, reason, actor) values ($1, 1, 'settled', '', 'bank')`,
    [paid],
  );
  await admin.owner.query(
    "update notifications set state = 'SENT' where bill_id = (select min(bill_id) from bills)",
  );
  const numbers = async (query: string): Promise<number[]> => {
    const { body } = await viewer.get(`/api/v1/bills?${query}`);
    return (body.items as Bill[]).map(({ billId }) => billId);
  };
  assert.deepEqual(await numbers(`period=${PERIOD}&state=settled&limit=1`), [paid]);
  assert.equal((await numbers(`period=${PERIOD}&state=sent`)).length, 1);
  assert.deepEqual(await numbers(`period=${PERIOD}&state=onHold`), []);
  assert.deepEqual(await numbers("period=2026-09"), [], "nothing is live in September");
});

void test("a member's bills: the live ones, or every generation, the newest first", async (t) => {
  const { admin, carrier } = await startSettled(t);
  const digest = await carrier.prove(3, 2);
  expectDone(await carrier.promote({ generation: 2, digest }));
  const viewer = await admin.as("viewer");
  const [some] = await carrier.rows<Bill>(
    `select b.bill_id as "billId", b.account_id as "accountId", a.member_id as "memberId"
       from bills b join accounts a on a.id = b.account_id where b.generation = 1 order by 1 limit 1`,
  );
  assert.ok(some);
  const live = await viewer.get(`/api/v1/bills?memberId=${some.memberId}`);
  const own = (live.body.items as Bill[]).find(({ billId }) => billId === some.billId);
  assert.deepEqual([own?.generation, own?.state], [2, "validated"]);
  const every = await viewer.get(`/api/v1/bills?accountId=${some.accountId}&every=true`);
  assert.deepEqual(
    (every.body.items as Bill[]).map(({ generation, state }) => [generation, state]),
    [
      [2, "validated"],
      [1, "superseded"],
    ],
  );
  const first = await viewer.get(`/api/v1/bills?accountId=${some.accountId}&every=true&limit=1`);
  const second = await viewer.get(
    `/api/v1/bills?accountId=${some.accountId}&every=true&limit=1&cursor=${first.body.next}`,
  );
  assert.deepEqual(
    [first, second].map(({ body }) => body.items[0].generation),
    [2, 1],
  );
  const one = await viewer.get(`/api/v1/bills/${some.billId}`);
  assert.equal(one.body.generation, 2);
  assert.deepEqual(
    one.body.generations.map(({ generation, state }: { generation: number; state: string }) => [
      generation,
      state,
    ]),
    [
      [2, "live"],
      [1, "superseded"],
    ],
  );
});

void test("what is asked wrongly is told by field, and what is not there is not there", async (t) => {
  const { admin } = await startSettled(t, { members: 1 });
  const viewer = await admin.as("viewer");
  const asked = ["", "?generation=1", "?period=2026-13", "?memberId=x", "?period=2026-10&state=lost"];
  for (const query of asked) {
    const { status, body } = await viewer.get(`/api/v1/bills${query}`);
    assert.equal(status, 400, query);
    assert.ok(body.errors.length > 0, query);
  }
  const none = ["", "/items", "/explanation", "/replay", "/message", "/message.html", "/timeline"];
  for (const path of none) {
    assert.equal((await viewer.get(`/api/v1/bills/2026109999999999${path}`)).status, 404, path);
    assert.equal((await viewer.get(`/api/v1/bills/7${path}`)).status, 404, path);
  }
});

void test("lines, explanation and replay are those of the explain job, and a changed line shows", async (t) => {
  const { admin, carrier } = await startSettled(t);
  const viewer = await admin.as("viewer");
  const billId = await carrier.value<number>(
    "select bill_id from bills order by item_count desc, bill_id limit 1",
  );
  const job = await carrier.run(["explain", "--bill", String(billId), "--locale", "ko", "--json"]);
  expectDone(job);
  const told = JSON.parse(job.printed.join("\n")) as {
    readonly lines: readonly { readonly amountMinor: number }[];
    readonly tariff: string;
  };
  const { body } = await viewer.get(`/api/v1/bills/${billId}/explanation?locale=ko`);
  assert.deepEqual(
    body.lines,
    told.lines.map((line) => ({ ...line, amountMinor: String(line.amountMinor) })),
  );
  assert.deepEqual([body.tariff, body.replayed], [told.tariff, true]);
  const items = await viewer.get(`/api/v1/bills/${billId}/items?locale=ko`);
  const sum = items.body.items.reduce(
    (total: number, item: { amountMinor: string }) => total + Number(item.amountMinor),
    0,
  );
  assert.equal(String(sum), items.body.totalMinor);
  assert.deepEqual(
    items.body.items.map(({ label }: { label: string }) => label),
    body.lines.map(({ label }: { label: string }) => label),
  );
  const replay = await viewer.get(`/api/v1/bills/${billId}/replay`);
  assert.deepEqual([replay.body.replayed, replay.body.computedDigest], [true, replay.body.digest]);
  await admin.owner.query(
    "update bill_items set amount_minor = amount_minor + 1 where bill_id = $1 and line = 1",
    [billId],
  );
  const changed = await viewer.get(`/api/v1/bills/${billId}/replay`);
  assert.equal(changed.body.replayed, false);
  assert.equal(changed.body.computedDigest, changed.body.digest);
  assert.notEqual(changed.body.rowsDigest, changed.body.digest);
});

void test("the message is shown as it is sent, masked, in a document in which nothing runs", async (t) => {
  const { admin, carrier } = await startSettled(t);
  const viewer = await admin.as("viewer");
  const [some] = await carrier.rows<Bill>(
    `select b.bill_id as "billId", a.member_id as "memberId", b.total_minor::text as "totalMinor"
       from bills b join accounts a on a.id = b.account_id join members m on m.id = a.member_id
      where m.has_phone order by 1 limit 1`,
  );
  assert.ok(some);
  await admin.owner.query("update members set language = 'en' where id = $1", [some.memberId]);
  await rename(admin.owner, some.memberId, "<img src=x onerror=alert(1)><script>alert(1)</script>");
  const { body, text } = await viewer.get(`/api/v1/bills/${some.billId}/message`);
  assert.equal(body.language, "en");
  assert.match(body.templates, /email\/en@1/);
  assert.ok(body.email.text.includes(Number(some.totalMinor).toLocaleString("en")));
  assert.ok(body.sms.text.length > 0 && body.push.title.length > 0);
  assert.ok(!text.includes("<script") && !text.includes("onerror"));
  const page = await viewer.get(`/api/v1/bills/${some.billId}/message.html`);
  assert.match(String(page.headers.get("content-type")), /^text\/html/);
  assert.equal(page.text, body.email.html);
  assert.ok(page.text.includes("&lt;*&gt;"), "the masked name is there, escaped");
  const policy = String(page.headers.get("content-security-policy"));
  assert.equal(
    policy,
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox",
  );
  assert.equal((await admin.fetch(`/api/v1/bills/${some.billId}/message.html`)).status, 401);
});

void test("the timeline of a bill's messages ends with how they stand", async (t) => {
  const { admin, carrier } = await startSettled(t, { members: 5 });
  const viewer = await admin.as("viewer");
  const billId = await carrier.value<number>("select min(bill_id) from notifications");
  const { body } = await viewer.get(`/api/v1/bills/${billId}/timeline`);
  assert.deepEqual(
    body.entries.map(({ kind, what }: { kind: string; what: string }) => [kind, what]),
    [["now", "SCHEDULED"]],
  );
});
