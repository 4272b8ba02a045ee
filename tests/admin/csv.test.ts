import assert from "node:assert/strict";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "../../platform/postgres.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";

// Lists as one file: to the end, as fast as it is read, and never half of it as if it were the whole.

/** The server over so many entries, each of about so many bytes; `reads` counts how often a connection was taken. */
async function withAudit(
  t: TestContext,
  rows: number,
  bytes = 10,
): Promise<{ readonly admin: TestAdmin; readonly pool: Pool; readonly reads: () => number }> {
  let [count, pool] = [0, undefined as Pool | undefined];
  const admin = await startAdmin(t, (parts) => {
    pool = parts.context.pool;
    pool.on("acquire", () => {
      count += 1;
    });
    return parts;
  });
  assert.ok(pool);
  await admin.owner.query(
    `insert into audit_log (actor, action, subject, detail)
     select 'someone', 'test', n::text, to_jsonb(repeat('x', $2::int)) from generate_series(1, $1::int) n`,
    [rows, bytes],
  );
  return { admin, pool, reads: () => count };
}

/** Waits until nothing more is read. */
async function quiet(reads: () => number): Promise<number> {
  for (let [last, same] = [-1, 0]; ;) {
    await sleep(50);
    same = reads() === last ? same + 1 : 0;
    last = reads();
    if (same >= 10) return last;
  }
}

/** Begins to download the audit log, and does not read. */
async function download(admin: TestAdmin): Promise<IncomingMessage> {
  const { cookie } = await admin.as("viewer");
  const address = `${admin.url}/api/v1/audit?action=test`;
  return await new Promise((resolve, reject) => {
    get(address, { headers: { cookie, accept: "text/csv" } }, resolve).on("error", reject);
  });
}

void test("a file has every row, however many: no limit cuts it off", async (t) => {
  const rows = 200_500;
  const { admin } = await withAudit(t, rows);
  const response = await download(admin);
  let [lines, bytes, last] = [0, 0, ""];
  for await (const chunk of response) {
    last = String(chunk);
    bytes += last.length;
    lines += last.split("\n").length - 1;
  }
  assert.deepEqual([lines, last.endsWith("\n"), response.complete], [rows + 1, true, true], `${bytes} bytes`);
});

void test("pages are read as fast as the reader takes them: in between nothing is held, and who goes away ends it", async (t) => {
  const [rows, pages] = [60_000, 60];
  const { admin, pool, reads } = await withAudit(t, rows, 2_000);
  const slow = await download(admin);
  const readAhead = await quiet(reads);
  assert.ok(readAhead < pages / 2, `${readAhead} pages were read ahead`);
  assert.equal(pool.idleCount, pool.totalCount, "no connection is held");
  slow.destroy();
  assert.ok((await quiet(reads)) < pages / 2, "nobody reads on for who is gone");

  const whole = await download(admin);
  await quiet(reads);
  // What is recorded meanwhile is newer than what is read, and does not shift it.
  await admin.owner.query("insert into audit_log (actor, action, subject) values ('late', 'test', 'late')");
  const file = await text(whole);
  const lines = file.split("\n").slice(1, -1);
  assert.deepEqual([lines.length, whole.complete, file.includes("late")], [rows, true, false]);
});

void test("a failure in the middle breaks the connection: the reader sees that the file is not whole", async (t) => {
  const { admin, reads } = await withAudit(t, 60_000, 2_000);
  const response = await download(admin);
  await quiet(reads);
  await admin.owner.query("alter table audit_log rename to audit_log_away");
  await assert.rejects(text(response), /aborted|ECONNRESET/);
  assert.equal(response.complete, false);
});

void test("a list of nothing has its header; a problem before the first row is told as one", async (t) => {
  const admin = await startAdmin(t);
  const viewer = await admin.as("viewer");
  const none = await viewer.get("/api/v1/audit?action=none", { accept: "text/csv" });
  assert.equal(none.text, "id,at,actor,action,subject,detail\n");
  await admin.owner.query("alter table audit_log rename to audit_log_away");
  const { status, body } = await viewer.get("/api/v1/audit", { accept: "text/csv" });
  assert.deepEqual([status, body.code], [500, "internal"]);
});
