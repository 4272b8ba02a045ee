import assert from "node:assert/strict";
import { test } from "node:test";
import { PERIOD } from "../settlement/support.ts";
import { startSettled } from "./settled.ts";

const base = "/tmf-api/customerBillManagement/v4";

interface Money {
  readonly unit: string;
  readonly value: number;
}

interface CustomerBill {
  readonly id: string;
  readonly state: string;
  readonly taxIncludedAmount: Money;
  readonly taxExcludedAmount: Money;
  readonly taxItem: readonly { readonly taxAmount: Money }[];
}

void test("customer bills: those of the month, whole or by fields, page by page", async (t) => {
  const { admin, carrier } = await startSettled(t);
  assert.equal((await admin.fetch(`${base}/customerBill`)).status, 401);
  const viewer = await admin.as("viewer");
  const all = await carrier.rows<{ id: string; total: number; tax: number; account: string }>(
    `select bill_id::text as id, total_minor as total, tax_minor as tax, account_id::text as account from bills order by bill_id`,
  );
  const found: CustomerBill[] = [];
  let path: string | undefined = `${base}/customerBill?limit=15`;
  while (path !== undefined) {
    const page = await viewer.get(path);
    assert.equal(page.status, 200, page.text);
    found.push(...(page.body as CustomerBill[]));
    if (found.length === 15) assert.equal(page.headers.get("x-total-count"), String(all.length));
    path = /^<([^>]+)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
  }
  assert.deepEqual(
    found.map(({ id, taxIncludedAmount, taxExcludedAmount, taxItem }) => ({
      id,
      total: taxIncludedAmount.value,
      tax: taxItem[0]?.taxAmount.value,
      net: taxExcludedAmount.value,
    })),
    all.map(({ id, total, tax }) => ({ id, total, tax, net: total - tax })),
  );
  const one = await viewer.get(`${base}/customerBill/${all[3]?.id}`);
  assert.equal(one.body["@type"], "CustomerBill");
  assert.equal(one.body.href, `${base}/customerBill/${all[3]?.id}`);
  assert.deepEqual(one.body.billingAccount, { id: all[3]?.account, "@referredType": "BillingAccount" });
  // Seoul's days, as instants.
  assert.deepEqual(one.body.billingPeriod, {
    startDateTime: "2026-09-30T15:00:00.000Z",
    endDateTime: "2026-10-31T15:00:00.000Z",
  });
  assert.equal(one.body.paymentDueDate, "2026-11-24T15:00:00.000Z");
  const some = await viewer.get(`${base}/customerBill?fields=state,amountDue&offset=3&limit=1`);
  assert.deepEqual(some.body, [
    { id: all[3]?.id, href: one.body.href, state: "validated", amountDue: one.body.amountDue },
  ]);
});

void test("customer bills by account, state and date", async (t) => {
  const { admin, carrier } = await startSettled(t);
  const viewer = await admin.as("viewer");
  const [first, second] = await carrier.rows<{ id: string; account: string }>(
    "select bill_id::text as id, account_id::text as account from bills order by bill_id limit 2",
  );
  await admin.owner.query(
    `insert into bill_state_changes (bill_id, generation, state, reason, actor) values ($1, 1, 'settled', '', 'bank')`,
    [first?.id],
  );
  const ids = async (query: string): Promise<string[]> => {
    const { body, text } = await viewer.get(`${base}/customerBill?${query}`);
    assert.ok(Array.isArray(body), text);
    return (body as CustomerBill[]).map(({ id }) => id);
  };
  const own = await viewer.get(`${base}/customerBill?billingAccount.id=${second?.account}`);
  assert.deepEqual([own.body.length, own.body[0].id, own.headers.get("x-total-count")], [1, second?.id, "1"]);
  assert.deepEqual(await ids("state=settled"), [first?.id]);
  assert.deepEqual(await ids(`billingAccount.id=${second?.account}&state=settled`), []);
  const { body } = await viewer.get(`${base}/customerBill/${first?.id}`);
  assert.deepEqual([body.state, body.remainingAmount.value], ["settled", 0]);
  const [today, tomorrow] = [0, 1].map((days) =>
    new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10),
  );
  const everything = (await ids("limit=200")).length;
  assert.equal((await ids(`limit=200&billDate.gte=${today}&billDate.lt=${tomorrow}`)).length, everything);
  assert.deepEqual(await ids(`billDate.gte=${tomorrow}`), []);
  for (const query of [
    "state=lost",
    "billDate.gte=soon",
    "billingAccount.id=x",
    "colour=red",
    "offset=9999",
  ]) {
    assert.equal((await viewer.get(`${base}/customerBill?${query}`)).status, 400, query);
  }
  for (const id of ["x", "7", "2026109999999999", "1".repeat(101)]) {
    const { status, body: problem } = await viewer.get(`${base}/customerBill/${id}`);
    assert.ok(status === 404 || status === 400, id);
    assert.ok(problem.code);
  }
});

void test("applied rates add up to the bill before tax; the cycle is the month", async (t) => {
  const { admin, carrier } = await startSettled(t);
  const viewer = await admin.as("viewer");
  const billId = await carrier.value<string>(
    "select bill_id::text from bills order by item_count desc, bill_id limit 1",
  );
  const { body } = await viewer.get(`${base}/customerBill/${billId}`);
  const rates = await viewer.get(`${base}/appliedCustomerBillingRate?bill.id=${billId}`);
  const sum = (rates.body as { taxExcludedAmount: Money }[]).reduce(
    (total, rate) => total + rate.taxExcludedAmount.value,
    0,
  );
  assert.equal(sum, body.taxExcludedAmount.value);
  const [rate] = rates.body;
  assert.deepEqual((await viewer.get(`${base}/appliedCustomerBillingRate/${rate.id}`)).body, rate);
  const unnamed = await viewer.get(`${base}/appliedCustomerBillingRate`);
  assert.deepEqual([unnamed.status, unnamed.body.errors[0].field], [400, "bill.id"]);
  const cycles = await viewer.get(`${base}/billCycle`);
  assert.deepEqual(
    cycles.body.map(({ id }: { id: string }) => id),
    [PERIOD],
  );
  assert.equal(
    (await viewer.get(`${base}/billCycle/${PERIOD}`)).body.billingPeriod.endDateTime,
    "2026-10-31T15:00:00.000Z",
  );
  assert.equal((await viewer.get(`${base}/billCycle/2026-09`)).status, 404);
});

void test("the read side is described as any other API", async (t) => {
  const { admin } = await startSettled(t, { members: 1, live: false });
  const { body } = await admin.fetch(`${base}/openapi.json`);
  assert.equal(body.servers[0].url, base);
  assert.deepEqual(Object.keys(body.paths), [
    "/customerBill",
    "/customerBill/{id}",
    "/appliedCustomerBillingRate",
    "/appliedCustomerBillingRate/{id}",
    "/billCycle",
    "/billCycle/{id}",
  ]);
  assert.equal(body.paths["/customerBill"].get["x-role"], "viewer");
});
