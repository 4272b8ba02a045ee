import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../local/free-port.ts";
import { startPostgres } from "../../local/postgres-server.ts";
import { connect } from "../../platform/postgres.ts";
import { serverFolder } from "../support/server-folder.ts";
import { runProgram } from "./running.ts";

// A server of this file's own, started late.
const dataDir = await serverFolder("postgres");
const port = await freePort();
const stop: (() => Promise<void>)[] = [];
after(async () => {
  for (const end of stop) await end();
  for (const folder of [dataDir, `${dataDir}-second`]) rmSync(folder, { recursive: true, force: true });
});

test("waits for a server that comes up, migrates, and any login may wait for that", async () => {
  // The URL, with its password, is known only when the server is: the first tries go to the same port in vain.
  const early = { DATABASE_URL: `postgresql://nobody:nothing@127.0.0.1:${port}/postgres` };
  const impatient = await runProgram(["migrate"], early);
  assert.equal(impatient.code, 1);
  assert.match(impatient.stderr, /ECONNREFUSED/);

  const postgres = await startPostgres({ dataDir, port });
  stop.push(() => postgres.stop());
  const owner = { DATABASE_URL: postgres.url };

  const gaveUp = await runProgram(["migrate", "--wait", "1"], owner);
  assert.equal(gaveUp.code, 1);
  assert.match(gaveUp.stderr, /not migrated yet: 0001_reference, /);

  const waiting = runProgram(["migrate", "--wait", "60"], owner);
  await sleep(1_000);
  const migrated = await runProgram(["migrate"], owner);
  assert.equal(migrated.code, 0, migrated.stderr);
  assert.match(migrated.stdout, /applied 0001_reference, /);
  assert.equal((await waiting).code, 0);

  // What a process may see that owns nothing.
  const client = await connect({ url: postgres.url, applicationName: "tests" });
  await client.query("create role stranger login password 'stranger'");
  await client.end();
  const url = new URL(postgres.url);
  url.username = "stranger";
  url.password = "stranger";
  const stranger = await runProgram(["migrate", "--wait", "1"], { DATABASE_URL: url.href });
  assert.equal(stranger.code, 0, stranger.stderr);
  assert.match(stranger.stdout, /the schema is the newest/);

  const again = await runProgram(["migrate"], owner);
  assert.equal(again.stdout, "nothing to migrate\n");
});

test("a server that is stopped and comes back within the patience is migrated", async () => {
  const place = { dataDir: `${dataDir}-second` };
  const first = await startPostgres(place);
  await first.stop();
  const patient = runProgram(["migrate", "--patience", "60"], { DATABASE_URL: first.url });
  await sleep(1_500);
  const second = await startPostgres({ ...place, port: first.connection.port });
  stop.push(() => second.stop());
  const { code, stdout, stderr } = await patient;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /ECONNREFUSED/);
  assert.match(stdout, /applied 0001_reference/);
});
