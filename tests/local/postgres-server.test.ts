import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type PostgresServer, startPostgres } from "../../local/postgres-server.ts";
import { isRunning } from "../../local/process-file.ts";
import { connect } from "../../platform/postgres.ts";
import { serverFolder } from "../support/server-folder.ts";

const settings = { shared_buffers: "32MB" };

async function newFolder(t: TestContext): Promise<string> {
  const dataDir = await serverFolder("postgres");
  t.after(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });
  return dataDir;
}

async function query(server: PostgresServer, sql: string): Promise<unknown[]> {
  const client = await connect({ url: server.url, applicationName: "tests" });
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

test("answers a query, survives kill -9 with what was committed, and leaves no process", async (t) => {
  const dataDir = await newFolder(t);
  const first = await startPostgres({ dataDir, settings });
  await query(first, "create table kept as select generate_series(1, 1000) as n");
  await first.kill9();
  assert.equal(isRunning(first.pid), false);

  const second = await startPostgres({ dataDir, settings, port: first.connection.port });
  assert.deepEqual(await query(second, "select count(*)::int as n from kept"), [{ n: 1000 }]);
  assert.deepEqual(await query(second, "show fsync"), [{ fsync: "on" }]);
  await second.stop();
  assert.equal(isRunning(second.pid), false);
});

test("refuses a folder that another server of a living process uses", async (t) => {
  const dataDir = await newFolder(t);
  const server = await startPostgres({ dataDir, settings });
  await assert.rejects(startPostgres({ dataDir, settings }), /in use/);
  assert.equal(isRunning(server.pid), true);
  await server.stop();
});

test("wants the password", async (t) => {
  const server = await startPostgres({ dataDir: await newFolder(t), settings });
  const url = server.url.replace(server.connection.password, "guess");
  await assert.rejects(connect({ url, applicationName: "tests" }), /password authentication failed/);
  await server.stop();
});

test("says why PostgreSQL does not start", async (t) => {
  const dataDir = await newFolder(t);
  const wrong = startPostgres({ dataDir, settings: { no_such_setting: 1 } });
  await assert.rejects(wrong, /unrecognized configuration parameter "no_such_setting"/);
});

/** A process that starts a server, prints its pid and waits to be ended. */
function startOwner(dataDir: string): ReturnType<typeof spawn> {
  const server = new URL("../../local/postgres-server.ts", import.meta.url).href;
  const program = `
    import { startPostgres } from ${JSON.stringify(server)};
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, settings: { shared_buffers: "32MB" } });
    console.log(server.pid);
    setInterval(() => {}, 1000);`;
  return spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** What the owner prints first; fails if it ends without a word. */
async function serverPidOf(owner: ReturnType<typeof spawn>): Promise<number> {
  assert.ok(owner.stdout);
  const ended = once(owner, "exit").then(() => assert.fail("the owner ended"));
  const [line] = (await Promise.race([once(owner.stdout, "data"), ended])) as [Buffer];
  ended.catch(() => undefined);
  return Number(line.toString());
}

test("ends with its owner when that gets SIGTERM", async (t) => {
  const owner = startOwner(await newFolder(t));
  const pid = await serverPidOf(owner);
  owner.kill("SIGTERM");
  await once(owner, "exit");
  for (let waitedMs = 0; isRunning(pid) && waitedMs < 10_000; waitedMs += 50) await sleep(50);
  assert.equal(isRunning(pid), false);
});

test("an orphan, left by an owner that was killed, is ended by the next start", async (t) => {
  const dataDir = await newFolder(t);
  const owner = startOwner(dataDir);
  const orphan = await serverPidOf(owner);
  owner.kill("SIGKILL");
  await once(owner, "exit");
  assert.equal(isRunning(orphan), true);

  const server = await startPostgres({ dataDir, settings });
  assert.equal(isRunning(orphan), false);
  await server.stop();
});

test("beyond loopback it answers on that address, to those networks, and to nobody once they are taken back", async (t) => {
  const dataDir = await newFolder(t);
  // On Linux all of 127.0.0.0/8 is this machine: 127.0.0.2 stands for an address that a cluster reaches.
  const beyondLoopback = { address: "127.0.0.2", networks: ["127.0.0.0/8"] };
  const first = await startPostgres({ dataDir, settings, beyondLoopback });
  const beyond = (url: string): string => url.replace("@127.0.0.1:", "@127.0.0.2:");
  const client = await connect({ url: beyond(first.url), applicationName: "tests" });
  await client.end();
  await first.stop();
  const second = await startPostgres({ dataDir, settings });
  await assert.rejects(connect({ url: beyond(second.url), applicationName: "tests" }));
  await second.stop();
});
