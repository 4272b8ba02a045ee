import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Answer, Caller } from "./admin.ts";
import { deliveryScene } from "./scene.ts";

const isNew = { "if-none-match": "*" };
const put = (caller: Caller, name: string, spec: unknown, headers: Record<string, string> = isNew) =>
  caller.send("PUT", `/api/v1/policies/${name}`, { spec }, headers);
const seen = ({ headers }: Answer) => ({ "if-match": headers.get("etag") ?? "" });

void test("a policy is stored with its defaults, listed, and read again", async (t) => {
  const { operator, viewer } = await deliveryScene(t, 1);
  const spec = { quietHours: [{ start: "21:00", end: "09:00" }], holidays: ["2026-12-25"] };
  const stored = await put(operator, "winter", spec);
  assert.equal(stored.status, 200, stored.text);
  assert.deepEqual(stored.body.spec.channels, ["email", "sms", "push"]);
  const { body } = await viewer.get("/api/v1/policies/winter");
  assert.deepEqual(
    [body.source, body.spec.quietHours, body.spec.holidays, body.usedBy, body.writable],
    ["stored", spec.quietHours, spec.holidays, [], true],
  );
  const { body: list } = await viewer.get("/api/v1/policies");
  assert.deepEqual(
    list.policies.map((one: Record<string, unknown>) => [one["name"], one["source"], one["generations"]]),
    [
      ["default", "built-in", 0],
      ["winter", "stored", 0],
    ],
  );
  const { body: own } = await viewer.get("/api/v1/policies/default");
  assert.deepEqual([own.source, own.spec.quietHours], ["built-in", [{ start: "22:00", end: "08:00" }]]);
  assert.equal((await viewer.get("/api/v1/policies/summer")).status, 404);
});

void test("of two people who edit one policy the second is told, and nothing is overwritten", async (t) => {
  const { operator, viewer, as } = await deliveryScene(t, 1);
  const other = await as("operator", "approver");
  const blind = await put(operator, "winter", {}, {});
  assert.deepEqual(
    [blind.status, blind.body.code, blind.body.errors[0].field],
    [428, "precondition-missing", "If-Match"],
  );
  for (const wrong of [{ "if-match": "W/1" }, { "if-none-match": '"1"' }, { "if-match": '"1"', ...isNew }]) {
    assert.equal((await put(operator, "winter", {}, wrong)).status, 400, JSON.stringify(wrong));
  }
  const first = await put(operator, "winter", {});
  assert.equal(first.status, 200, first.text);
  assert.equal(first.headers.get("etag"), `"${first.body.version}"`);
  const again = await put(other, "winter", { lease: "2m" });
  assert.deepEqual([again.status, again.body.code], [412, "changed-meanwhile"]);
  assert.match(again.body.detail, /already, and it stays as it is/);

  const read = await viewer.get("/api/v1/policies/winter");
  assert.equal(read.headers.get("etag"), first.headers.get("etag"));
  const key = randomUUID();
  const changed = await put(operator, "winter", { lease: "90s" }, { ...seen(read), "idempotency-key": key });
  assert.equal(changed.status, 200, changed.text);
  const second = await put(other, "winter", { lease: "2m" }, seen(read));
  assert.deepEqual([second.status, second.body.code], [412, "changed-meanwhile"]);
  const now = await viewer.get("/api/v1/policies/winter");
  assert.equal(now.body.spec.lease, "90s");
  assert.notEqual(now.headers.get("etag"), read.headers.get("etag"));
  const repeated = await put(operator, "winter", { lease: "90s" }, { ...seen(read), "idempotency-key": key });
  assert.deepEqual(
    [repeated.status, repeated.body.version],
    [200, changed.body.version],
    "it is its own change",
  );
  const reused = await put(operator, "winter", { lease: "90s" }, { ...seen(now), "idempotency-key": key });
  assert.equal(reused.status, 422, "under another precondition it is another command");
  assert.equal((await put(other, "winter", { lease: "2m" }, seen(now))).status, 200);
});

void test("the built-in default is replaced once by those who have seen it", async (t) => {
  const { operator, as } = await deliveryScene(t, 1);
  const builtIn = seen(await operator.get("/api/v1/policies/default"));
  const ten = await Promise.all(
    Array.from({ length: 10 }, (_, n) => put(operator, "default", { lease: `${60 + n}s` }, builtIn)),
  );
  assert.deepEqual(ten.map(({ status }) => status).sort(), [200, ...Array<number>(9).fill(412)]);
  const other = await as("operator", "approver");
  assert.equal((await put(other, "default", {}, builtIn)).status, 412);
  const { body } = await operator.get("/api/v1/policies/default");
  assert.equal(body.spec.lease, ten.find(({ status }) => status === 200)?.body.spec.lease);
});

void test("what the CRD refuses is refused here, each field by name: also windows that leave no minute", async (t) => {
  const { operator, viewer } = await deliveryScene(t, 1);
  const quietHours = [
    { start: "22:00", end: "10:00" },
    { start: "10:00", end: "22:00" },
  ];
  const whole = await put(operator, "never", { quietHours });
  assert.equal(whole.status, 400);
  assert.deepEqual(whole.body.errors, [
    {
      ...{ in: "body", field: "spec.quietHours" },
      message: "must leave some time of the day free, or no message could ever be sent",
    },
  ]);
  const wrong = await put(operator, "never", {
    ...{ holidays: ["2026-02-30"], channels: ["fax"], lease: "soon", surprise: 1 },
  });
  const fields = wrong.body.errors.map(({ field }: { field: string }) => field).sort();
  assert.deepEqual(fields, ["spec", "spec.channels.0", "spec.holidays.0", "spec.lease"], wrong.text);
  assert.equal((await viewer.get("/api/v1/policies/never")).status, 404, "nothing was stored");
  assert.equal((await put(operator, "Not A Name", {})).status, 400);
  assert.equal((await put(viewer, "x", {})).status, 403);
});
