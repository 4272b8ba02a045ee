import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { migrate } from "../../database/migrate.ts";
import { deliveryInvariants } from "../../local/invariants/check-invariants.ts";
import { startKafka } from "../../local/kafka-server.ts";
import { startPostgres } from "../../local/postgres-server.ts";
import { connect, type Client } from "../../platform/postgres.ts";
import { createWorld, setBillingClock, type World, type WorldServers } from "../delivery/world.ts";
import { insertLiveGeneration, testPolicy } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";
import { testKafka } from "../support/kafka.ts";

/*
 * A full disk is a small one: a tmpfs that holds nothing but the server's files and a filler. Only root may mount it.
 */
const bills = 300;
const noonInSeoul = "2026-11-02T12:00:00+09:00";
const address = { period: "2026-10", generation: 1 };
const cannotMount =
  process.platform === "linux" && process.getuid?.() === 0 && mountWorks()
    ? false
    : "needs a mount of its own: Linux, as root";

function mountWorks(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]).status === 0;
  if (mounted) execFileSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
}

interface SmallDisk {
  readonly dataDir: string;
  /** Takes what is left but for some kilobytes. */
  readonly fill: () => void;
  readonly makeRoom: () => void;
}

function smallDisk(megabytes: number): SmallDisk & { readonly unmount: () => void } {
  const mountPoint = mkdtempSync(join(tmpdir(), "small-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=755`, "tmpfs", mountPoint]);
  const filler = join(mountPoint, "filler");
  return {
    dataDir: join(mountPoint, "server"),
    fill() {
      const { bavail, bsize } = statfsSync(mountPoint);
      try {
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - 16_384)));
      } catch (error) {
        // The server grew meanwhile: fuller than full.
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    },
    makeRoom: () => {
      rmSync(filler, { force: true });
    },
    unmount() {
      execFileSync("umount", ["--lazy", mountPoint]);
      rmSync(mountPoint, { recursive: true, force: true });
    },
  };
}

async function deliver(t: TestContext, servers: WorldServers): Promise<World> {
  await setBillingClock(servers.database, noonInSeoul);
  await insertLiveGeneration(servers.database, address, bills, (number) => ({
    dueInSeconds: Math.floor(number / 30),
  }));
  const clock = `--clock-offset-ms=${Date.parse(noonInSeoul) - Date.now()}`;
  return createWorld(t, servers, ["--delay-ms", "50", "--failure-rate", "0", "--fsync", clock]);
}

function startPath(world: World): void {
  world.start("dispatcher", { DISPATCH_BATCH: "20", QUEUED_OVERDUE_MS: "3000", BATCH_RECOVERY_MS: "1000" });
  world.start("email", { IN_FLIGHT: "20", CLAIM_BATCH: "20" });
}

async function untilSent(world: World, database: () => Client): Promise<void> {
  await world.until("every bill sent", async () => {
    const { rows } = await database().query<{ open: number }>(
      "select count(*) as open from notifications where state <> 'SENT'",
    );
    return { done: rows[0]?.open === 0, seen: `${rows[0]?.open ?? "?"} not sent` };
  });
  const witnesses = { providerLog: world.logFile, releasedAtMs: Date.parse(noonInSeoul), policy: testPolicy };
  for (const { name, holds, detail } of await deliveryInvariants(database(), address, witnesses)) {
    assert.ok(holds, `${name}: ${detail}`);
  }
  const accepted = world.providerLog().filter(({ kind }) => kind === "accept");
  assert.equal(accepted.length, bills);
}

async function untilSome(world: World): Promise<void> {
  await world.until("some sent", async () => {
    const { SENT = 0 } = await world.states();
    return { done: SENT >= 30, seen: String(SENT) };
  });
}

void test(
  "PostgreSQL's disk is full: nothing is lost, and with room and a restart it goes on",
  { skip: cannotMount },
  async (t) => {
    const disk = smallDisk(220);
    t.after(disk.unmount);
    const settings = { shared_buffers: "32MB", max_wal_size: "64MB", min_wal_size: "32MB" };
    const first = await startPostgres({ dataDir: disk.dataDir, settings });
    t.after(() => first.kill9()); // a test that fails must not leave a server, for which its process would wait
    await migrate(first.url);
    let database = await openQuietly(first.url);
    const { bootstrap } = await testKafka();
    const world = await deliver(t, { databaseUrl: first.url, bootstrap, database });
    startPath(world);
    await untilSome(world);
    disk.fill();
    // A table that grows meets the end of the disk at once, as the write-ahead log does sooner or later.
    await assert.rejects(
      database.query("create table filling as select repeat('x', 1000) from generate_series(1, 50000)"),
    );
    await sleep(2_000);
    disk.makeRoom();
    await first.kill9();
    const second = await startPostgres({ dataDir: disk.dataDir, settings, port: first.connection.port });
    database = await openQuietly(second.url);
    t.after(async () => {
      await database.end();
      await second.kill9();
    });
    await untilSent(world, () => database);
  },
);

void test(
  "Kafka's disk is full: the outbox holds what is due until there is room",
  { skip: cannotMount },
  async (t) => {
    const disk = smallDisk(64);
    t.after(disk.unmount);
    // An index is made at its full size, 10 MB by default: on this disk there is room for a few small ones.
    const settings = (): Record<string, string> => ({ "log.index.size.max.bytes": "65536" });
    const kafka = await startKafka({ dataDir: disk.dataDir, settings });
    t.after(() => kafka.kill9());
    const { url, connect: open } = await testDatabase(t);
    const database = await open();
    const world = await deliver(t, { databaseUrl: url, bootstrap: kafka.bootstrap, database });
    startPath(world);
    await untilSome(world);
    disk.fill();
    await sleep(6_000);
    const held = await world.states();
    disk.makeRoom();
    await kafka.kill9();
    await kafka.restart();
    t.diagnostic(`while the disk was full: ${JSON.stringify(held)}`);
    await untilSent(world, () => database);
  },
);

/** A connection that may be cut without ending this process. */
async function openQuietly(url: string): Promise<Client> {
  const client = await connect({ url, applicationName: "tests" });
  client.on("error", () => undefined);
  return client;
}
