import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { createArmingWatch, type ArmingWatch } from "../../database/arming/arming-watch.ts";
import { claimDeliverableBills } from "../../database/deliverable-bills/claim.ts";
import { migrate } from "../../database/migrate.ts";
import { queueDue } from "../../database/notifications/queue-due.ts";
import { freePort } from "../../local/free-port.ts";
import { giveToServer, postgresFiles } from "../../local/postgres-cluster.ts";
import { startPostgres, type PostgresServer } from "../../local/postgres-server.ts";
import { createLogger } from "../../platform/logger.ts";
import { createHoldMetric } from "../../platform/metrics/hold-metric.ts";
import { createMetricSet } from "../../platform/metrics/metric-set.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { answerOf, delivery } from "../commands/dead.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { serverFolder } from "../support/server-folder.ts";
import { createWorld, setBillingClock, type World } from "./world.ts";

// A database from a backup believes that messages are unsent which have gone out since: real servers, copied and recovered.

const address = { period: "2026-10", generation: 1 };
const bills = 20;
const noon = "2026-11-02T12:00:00+09:00";
const settings = { shared_buffers: "16MB", max_wal_size: "256MB", max_connections: 40 };

async function folderOf(t: TestContext): Promise<string> {
  const folder = await serverFolder("postgres");
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

async function serve(t: TestContext, dataDir: string, port?: number): Promise<PostgresServer> {
  const server = await startPostgres({ dataDir, settings, ...(port !== undefined && { port }) });
  t.after(() => server.stop());
  return server;
}

async function open(t: TestContext, { url }: PostgresServer): Promise<Client> {
  const client = await connect({ url, applicationName: "tests" });
  client.on("error", () => undefined);
  t.after(() => client.end().catch(() => undefined));
  return client;
}

/** A server with a month that is promoted and not yet sent, stopped; the copy is what a backup of it would be. */
async function backedUp(t: TestContext): Promise<{ folder: string; backup: string }> {
  const [folder, backup] = [await folderOf(t), await folderOf(t)];
  const server = await startPostgres({ dataDir: folder, settings });
  await migrate(server.url);
  const client = await connect({ url: server.url, applicationName: "tests" });
  await setBillingClock(client, noon);
  await insertLiveGeneration(client, address, bills);
  await client.end();
  await server.stop();
  copyCluster(folder, backup);
  return { folder, backup };
}

/** As `cp -a` does it: the owner too, for PostgreSQL runs as another user than root. */
function copyCluster(from: string, to: string): void {
  const [source, target] = [postgresFiles(from), postgresFiles(to)];
  rmSync(target.cluster, { recursive: true, force: true });
  execFileSync("cp", ["-a", source.cluster, target.cluster]);
  execFileSync("cp", ["-a", source.password, target.password]);
}

function writeForServer(path: string, text: string): void {
  writeFileSync(path, text);
  giveToServer(path);
}

async function states(client: Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ state: string; rows: number }>(
    "select state, count(*) as rows from notifications group by state",
  );
  return Object.fromEntries(rows.map(({ state, rows: count }) => [state, count]));
}

async function holdOf(client: Client): Promise<string | null | undefined> {
  const { rows } = await client.query<{ hold: string | null }>("select delivery_hold() as hold");
  return rows[0]?.hold;
}

async function sentEverything(world: World, client: Client): Promise<void> {
  await world.until("everything sent", async () => {
    const found = await states(client);
    return { done: found["SENT"] === bills, seen: JSON.stringify(found) };
  });
}

/** A process's look at the arming, by whichever connection it has now. */
function lateWatch(connection: () => Client): ArmingWatch {
  const query = ((...args: Parameters<Client["query"]>) => connection().query(...args)) as Client["query"];
  const metrics = createHoldMetric(createMetricSet());
  return createArmingWatch({
    database: { query },
    metrics,
    logger: createLogger("tests", "silent"),
    by: "late",
  });
}

const accepts = (world: World): number => world.providerLog().filter(({ kind }) => kind === "accept").length;

test("recovered to another timeline nothing leaves until a person arms it; then everything does once, under the same keys", async (t) => {
  const { folder, backup } = await backedUp(t);
  const { bootstrap } = await testKafka();
  const original = await serve(t, folder);
  const database = await open(t, original);
  const world = await createWorld(t, { databaseUrl: original.url, bootstrap, database }, [
    ...["--delay-ms", "10", "--failure-rate", "0"],
  ]);
  const started = [world.start("dispatcher"), world.start("email")];
  await sentEverything(world, database);
  assert.equal(accepts(world), bills);
  for (const { child } of started) child.kill("SIGTERM");
  await Promise.all(started.map(({ ended }) => ended));
  await original.stop();

  // Recovery of the backup: what the server has is replayed, and a new timeline begins.
  const { cluster } = postgresFiles(backup);
  writeForServer(join(cluster, "recovery.signal"), "");
  writeForServer(join(cluster, "postgresql.auto.conf"), "restore_command = 'false'\n");
  const restored = await serve(t, backup);
  const client = await open(t, restored);
  // It answers before its recovery has ended, and writes afterwards.
  await world.until("the new timeline", async () => {
    const { rows } = await client.query<{ recovering: boolean }>("select pg_is_in_recovery() as recovering");
    return { done: rows[0]?.recovering === false, seen: JSON.stringify(rows) };
  });
  const { rows } = await client.query("select timeline, delivery_hold() as hold from server_identity()");
  assert.deepEqual(rows, [{ timeline: 2, hold: "other-timeline" }]);
  assert.deepEqual(await states(client), { SCHEDULED: bills });

  const health = String(await freePort());
  const there = { DATABASE_URL: restored.url };
  const dispatcher = world.start("dispatcher", { ...there, HEALTH_PORT: health });
  const consumer = world.start("email", there);
  await world.until("both have noticed", () => {
    const seen = [dispatcher, consumer].map(({ stderr }) => stderr());
    return Promise.resolve({
      done: seen.every((log) => log.includes("delivery is held")),
      seen: seen.join(),
    });
  });
  // Whatever the processes knew before: what somebody queued in the meantime is not claimed either.
  await client.query("update notifications set state = 'QUEUED', seq = seq + 1 where bill_id % 2 = 0");
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  assert.deepEqual(await states(client), { QUEUED: bills / 2, SCHEDULED: bills / 2 });
  assert.equal(world.providerLog().length, bills);
  assert.equal((await fetch(`http://127.0.0.1:${health}/readyz`)).status, 200);
  const metrics = await (await fetch(`http://127.0.0.1:${health}/metrics`)).text();
  assert.match(metrics, /billing_delivery_held\{cause="other-timeline"\} 1/);

  const unsaid = await delivery(restored.url, ["arm"]);
  assert.deepEqual([unsaid.code, unsaid.stderr.includes("needs --reason")], [43, true]);
  const foreseen = answerOf(await delivery(restored.url, ["arm", "--reason", "look", "--dry-run"]));
  assert.deepEqual(
    [foreseen["was"], foreseen["open"], foreseen["due"]],
    ["other-timeline", { QUEUED: bills / 2, SCHEDULED: bills / 2 }, bills],
  );
  assert.equal(await holdOf(client), "other-timeline");
  await client.query("update notifications set state = 'SCHEDULED' where state = 'QUEUED'");
  const armed = await delivery(restored.url, ["arm", "--reason", "compared with the provider's log"]);
  assert.equal(armed.code, 0, armed.stderr);
  await sentEverything(world, client);
  // The provider knows every key: nobody gets a second mail.
  assert.equal(accepts(world), bills);
  assert.equal(world.providerLog().length, 2 * bills);
  assert.equal(new Set(world.providerLog().map(({ key }) => key)).size, bills);
  const { rows: audit } = await client.query(
    "select action, detail ->> 'reason' as reason from audit_log order by id desc limit 1",
  );
  assert.match(JSON.stringify(audit), /compared with the provider's log/);
});

test("a server that is put back to an earlier state under running processes is held by whoever sees it", async (t) => {
  const { folder, backup } = await backedUp(t);
  const { bootstrap } = await testKafka();
  const port = await freePort();
  const before = await serve(t, folder, port);
  const database = await open(t, before);
  const world = await createWorld(t, { databaseUrl: before.url, bootstrap, database }, [
    ...["--delay-ms", "10", "--failure-rate", "0"],
  ]);
  for (const name of ["dispatcher", "email"]) world.start(name);
  await sentEverything(world, database);
  // A process that looks before the server goes back, and not again before it is armed.
  let answering = await connect({ url: before.url, role: "billing_dispatcher", applicationName: "tests" });
  const late = lateWatch(() => answering);
  assert.equal(await late.holdNow(), null);
  await answering.end();
  await before.stop();
  copyCluster(backup, folder);
  const after = await serve(t, folder, port);
  const client = await open(t, after);
  await world.until("held", async () => {
    const { rows } = await client.query("select delivery_hold() as hold, timeline from server_identity()");
    return { done: (await holdOf(client)) === "went-back", seen: JSON.stringify(rows) };
  });
  const { rows } = await client.query<{ by: string }>("select changed_by as by from delivery_arming");
  assert.match(rows[0]?.by ?? "", /^(dispatcher|consumer of email)$/);
  await delivery(after.url, ["arm", "--reason", "compared"]);
  answering = await connect({ url: after.url, role: "billing_dispatcher", applicationName: "tests" });
  assert.equal(await late.holdNow(), null, "armed by a person since it looked last");
  await answering.end();
  assert.equal(await holdOf(client), null);
  await sentEverything(world, client);
  assert.equal(accepts(world), bills);
});

test("a dump in another server is held; a promoted standby is trusted when that was said; a hold by order ends by arming", async (t) => {
  const { url, connect: openDatabase } = await testDatabase(t);
  const client = await openDatabase();
  await insertLiveGeneration(client, address, 3);
  const hold = (): Promise<string | null | undefined> => holdOf(client);
  assert.equal(await hold(), null, "a fresh installation is armed by itself");
  const roles = ["billing_dispatcher", "billing_consumer", "billing_operator", "billing_admin"];
  for (const role of roles) {
    const reader = await connect({ url, role, applicationName: "tests" });
    assert.equal(await holdOf(reader), null, role);
    await reader.end();
  }
  const moves = async (): Promise<number[]> => {
    const queued = await queueDue(client, address, "email", 1);
    await client.query("update notifications set state = 'QUEUED', seq = 1 where bill_id = $1", [
      billIdOf(address.period, 3),
    ]);
    const request = {
      billIds: [billIdOf(address.period, 3)],
      seqs: [1],
      contact: "email" as const,
      leaseMs: 1,
      providers: ["a"],
      chosen: [0],
      channel: "email",
    } as const;
    const claimed = await claimDeliverableBills(client, { ...address, ...request });
    return [queued.rows.length, claimed.length];
  };
  // As a dump carries it: the row of the server that it was made on.
  await client.query("update delivery_arming set system_identifier = '7000000000000000001'");
  assert.equal(await hold(), "other-server");
  assert.deepEqual(await moves(), [0, 0]);
  const id = "00000000-0000-4000-8000-0000000000a1";
  const arm = (...args: string[]) => delivery(url, ["arm", "--reason", "compared", ...args]);
  assert.equal(answerOf(await arm("--command-id", id))["was"], "other-server");
  assert.deepEqual(await moves(), [1, 1]);
  // The same command again, after another restore: executed once, so it arms nothing.
  await client.query("update delivery_arming set timeline = timeline - 1");
  assert.match(String(answerOf(await arm("--command-id", id))["status"]), /^executed before/);
  assert.equal(await hold(), "other-timeline");
  await arm("--trust-failover");
  await client.query("update delivery_arming set timeline = timeline - 1");
  assert.equal(await hold(), null, "a later timeline of the same server");
  await client.query("update delivery_arming set timeline = timeline + 2");
  assert.equal(await hold(), "other-timeline", "an earlier one is no failover");
  await arm();
  assert.equal((await delivery(url, ["hold", "--reason", "a snapshot is put back"])).code, 0);
  assert.equal(await hold(), "by-order");
  assert.deepEqual(await moves(), [0, 0]);
  await arm();
  assert.equal(await hold(), null);
  await client.query("delete from delivery_arming");
  assert.equal(await hold(), "never-armed");
  await arm();
  assert.equal(await hold(), null);
});

test("a process may hold delivery, and arm it never", async (t) => {
  const { url } = await testDatabase(t);
  for (const role of ["billing_dispatcher", "billing_consumer"]) {
    const client = await connect({ url, role, applicationName: "tests" });
    await client.query("update delivery_arming set held_cause = 'went-back', changed_by = 'x', reason = 'y'");
    for (const statement of [
      "update delivery_arming set held_cause = null",
      "update delivery_arming set timeline = 9",
      "delete from delivery_arming",
      "insert into delivery_arming (system_identifier, timeline, changed_by, reason) values ('1', 1, 'x', 'y')",
    ]) {
      await assert.rejects(client.query(statement), { code: "42501" }, `${role}: ${statement}`);
    }
    await client.end();
  }
});
