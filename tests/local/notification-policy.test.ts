import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { tariffFile } from "../../local/demo/tariff-file.ts";
import { mainProgram } from "../../local/run/local-runner.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import type { Client } from "../../platform/postgres.ts";
import { testKeys } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

// The program itself: a NotificationPolicy beside the run plans the messages, and stays with what was promoted.

const folder = mkdtempSync(join(tmpdir(), "local-policy-"));
after(() => {
  rmSync(folder, { recursive: true });
});

interface Machine {
  readonly client: Client;
  readonly run: (...args: string[]) => Promise<{ readonly exitCode: number | null; readonly output: string }>;
  /** `local run` of a file with these documents, until the bills are live. */
  readonly apply: (...documents: object[]) => ReturnType<Machine["run"]>;
}

async function machine(t: TestContext): Promise<Machine> {
  const database = await testDatabase(t);
  const environment = { ...process.env, ...testKeys, DATABASE_URL: database.url, LOG_LEVEL: "info" };
  const run: Machine["run"] = async (...args) => {
    const child = spawn(process.execPath, [mainProgram, ...args], { env: environment });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += String(chunk)));
    const [exitCode] = (await once(child, "close")) as [number | null];
    return { exitCode, output };
  };
  return {
    client: await database.connect(),
    run,
    apply: (...documents) => {
      const file = join(folder, `${randomBytes(4).toString("hex")}.yaml`);
      writeFileSync(file, documents.map((document) => JSON.stringify(document)).join("\n---\n"));
      return run("local", "run", "-f", file, "--until-promoted", "--logs", join(folder, "logs"));
    },
  };
}

const apiVersion = "billing.telco.dev/v1alpha1";

function runDocument(name: string, notificationPolicyRef?: string): object {
  const tariffRef = { name: "kr-mobile", version: "2026-07" };
  const dispatch = { release: "Automatic", ...(notificationPolicyRef && { notificationPolicyRef }) };
  const spec = { period: "2026-10", tariffRef, partitions: 2, parallelism: 1, dispatch };
  return { apiVersion, kind: "BillingRun", metadata: { name }, spec };
}

function policyDocument(name: string, spec: object): object {
  return { apiVersion, kind: "NotificationPolicy", metadata: { name }, spec };
}

test("messages are planned by the policy beside the run; a later change concerns later promotions only", async (t) => {
  const { client, run, apply } = await machine(t);
  for (const args of [
    ["tariff", "record", tariffFile],
    ["generate", "--members", "200", "--period", "2026-10"],
  ]) {
    const { exitCode, output } = await run(...args);
    assert.equal(exitCode, 0, output);
  }
  // Noon in Seoul is quiet by this policy, and by no other.
  await client.query(
    "update billing_clock set clock_offset = '2026-11-02T12:00:00+09:00'::timestamptz - clock_timestamp()",
  );
  const textsAtNight = { channels: ["sms"], quietHours: [{ start: "11:00", end: "20:00" }], lease: "90s" };
  // Saved under another policy, with which these hours left some of the day.
  await client.query(
    `update members set quiet_start = case when id <= 3 then 20 * 60 end, quiet_end = case when id <= 3 then 11 * 60 end`,
  );
  const first = await apply(policyDocument("texts", textsAtNight), runDocument("first", "texts"));
  assert.equal(first.exitCode, 0, first.output);
  assert.match(first.output, /quiet hours of 3 members leave, together with the policy's, no minute/);
  const { rows: told } = await client.query<{ messages: number }>(
    `select count(*) as messages from notifications
     where member_id <= 3 and (due_at at time zone 'UTC')::date between '2026-11-02' and '2026-12-01'`,
  );
  assert.ok((told[0]?.messages ?? 0) > 0);
  const planned = await client.query<{ plans: string; soonest: string; messages: number }>(
    `select string_agg(distinct channel_plan, '|') as plans, count(*) as messages,
       to_char(min(due_at) at time zone 'Asia/Seoul', 'HH24:MI') as soonest
     from notifications n join members m on m.id = n.member_id
     where m.has_phone and m.time_zone = 'Asia/Seoul'`,
  );
  const [row] = planned.rows;
  assert.ok((row?.messages ?? 0) > 50);
  assert.equal(row?.plans, "sms");
  assert.ok(row.soonest >= "20:00", `due from ${row.soonest} on, before the quiet hours end at 20:00`);

  const kept = await generationPolicies(client);
  assert.equal(kept.length, 1);
  assert.equal(kept[0]?.leaseMs, 90_000);
  assert.deepEqual(kept[0].channelOrder, ["sms"]);

  const second = await apply(
    policyDocument("texts", { ...textsAtNight, lease: "2m" }),
    runDocument("second", "texts"),
  );
  assert.equal(second.exitCode, 0, second.output);
  const third = await apply(runDocument("third"));
  assert.equal(third.exitCode, 0, third.output);
  assert.doesNotMatch(third.output, /no minute of the day free/);
  const leases = (await generationPolicies(client)).map(({ leaseMs }) => leaseMs);
  assert.deepEqual(leases, [90_000, 120_000, DEFAULT_POLICY.leaseMs]);
});

test("a policy that is not there, or cannot be used, is told before anything is computed", async (t) => {
  const { client, run, apply } = await machine(t);
  assert.equal((await run("tariff", "record", tariffFile)).exitCode, 0);
  const missing = await apply(runDocument("first", "texts"));
  assert.equal(missing.exitCode, 1);
  assert.match(missing.output, /there is no NotificationPolicy "texts".*document of its own/);
  const bad = await apply(
    policyDocument("texts", { holidays: ["2026-02-30"], lease: "1ms" }),
    runDocument("first", "texts"),
  );
  assert.equal(bad.exitCode, 78);
  assert.match(bad.output, /NotificationPolicy texts: [^]*holidays/);
  assert.match(bad.output, /lease/);
  const { rows } = await client.query("select from generations");
  assert.equal(rows.length, 0);
});

test("a release is reserved on the command line, kept by later drives, moved, and ended", async (t) => {
  const { client, run } = await machine(t);
  for (const args of [
    ["tariff", "record", tariffFile],
    ["generate", "--members", "50", "--period", "2026-10"],
  ]) {
    assert.equal((await run(...args)).exitCode, 0);
  }
  const document = runDocument("first");
  const file = join(folder, "reserved.yaml");
  writeFileSync(file, JSON.stringify(document));
  const drive = (...more: string[]) =>
    run("local", "run", "-f", file, "--until-promoted", "--logs", join(folder, "logs"), ...more);
  const soonest = async (): Promise<number> => {
    const { rows } = await client.query<{ ms: number }>(
      "select extract(epoch from min(due_at))::float8 * 1000 as ms from notifications",
    );
    return rows[0]?.ms ?? 0;
  };
  const bad = await drive("--release-at", "2026-11-05");
  assert.equal(bad.exitCode, 1);
  assert.match(bad.output, /must be an instant with an offset[^]*releaseAt/);
  const dayMs = 86_400_000;
  const inFiveDays = new Date(Date.now() + 5 * dayMs).toISOString();
  assert.equal((await drive("--release-at", inFiveDays)).exitCode, 0);
  assert.ok((await soonest()) >= Date.parse(inFiveDays));
  // Without the option it stays reserved, and the status says for when.
  assert.equal((await drive()).exitCode, 0);
  const status = await run("local", "status", "first");
  assert.match(status.output, /^Reserved /);
  assert.ok(status.output.includes(`messages leave from ${inFiveDays} on`), status.output);
  const inTwoDays = new Date(Date.now() + 2 * dayMs).toISOString();
  const moved = await drive("--release-at", inTwoDays);
  assert.match(moved.output, /moving the release from/);
  const due = await soonest();
  assert.ok(due >= Date.parse(inTwoDays) && due < Date.parse(inFiveDays), new Date(due).toISOString());
  await drive("--release-at", "now");
  assert.ok((await soonest()) < Date.parse(inTwoDays));
  assert.match((await run("local", "status", "first")).output, /^Delivering /);
  // Held and late, told where a person looks.
  await client.query("update delivery_arming set timeline = timeline + 1");
  await client.query("update notifications set wanted_at = now() - interval '8 days'");
  await client.query("update generations set released_at = now() - interval '8 days'");
  const late = (await run("local", "status", "first")).output;
  assert.match(late, /nothing is sent: the database was recovered from a backup/);
  assert.match(late, /^overdue +\d+ of \d+ open messages have not come to their end within 168 hours/m);
});

async function generationPolicies(client: Client): Promise<{ leaseMs: number; channelOrder: string[] }[]> {
  const { rows } = await client.query<{ policy: { leaseMs: number; channelOrder: string[] } }>(
    "select notification_policy as policy from generations order by number",
  );
  return rows.map(({ policy }) => policy);
}
