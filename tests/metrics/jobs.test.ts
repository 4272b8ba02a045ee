import assert from "node:assert/strict";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { freePort } from "../../local/free-port.ts";
import { cloneOf, ended, expectDone, PERIOD, populatedOriginal } from "../settlement/support.ts";
import { scrape, type Scrape } from "./scrape.ts";

const MEMBERS = 300;
const settleArgs = ["settle", "--period", PERIOD, "--generation", "1", "--partition", "0"];

/** Scrapes until the process says what is waited for. */
async function until(port: number, done: (seen: Scrape) => boolean): Promise<Scrape> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const seen = await scrape(port);
    if (seen !== null && done(seen)) return seen;
    if (performance.now() > deadline) throw new Error("the job never said what was waited for");
    await sleep(50);
  }
}

test("a partition is scraped while it is settled, and says what the ledger says afterwards", async (t) => {
  const carrier = await cloneOf(t, await populatedOriginal(t, MEMBERS));
  expectDone(await carrier.prepare({ partitions: 1 }));
  // All bills are computed and written; only the batch's log row waits for this.
  const holder = await carrier.connect();
  t.after(() => holder.end());
  await holder.query("begin; lock table batch_log in access exclusive mode");
  const port = await freePort();
  const child = carrier.start(settleArgs, { HEALTH_PORT: String(port) });
  const outcome = ended(child);
  const settled = 'billing_settle_accounts_total{result="billed"}';
  const whole = (seen: Scrape): number =>
    Object.values(seen.all("billing_settle_accounts_total")).reduce((sum, count) => sum + count, 0);
  const written = 'billing_copy_bytes_total{direction="written"}';
  const seen = await until(port, (now) => whole(now) === MEMBERS && (now.of(written) ?? 0) > 0);
  assert.equal(seen.of("billing_settle_expected_accounts"), MEMBERS);
  assert.equal(seen.of("billing_job_connections"), 2);
  const age = Date.now() / 1_000 - (seen.of("billing_job_start_timestamp_seconds") ?? 0);
  assert.ok(age >= 0 && age < 120, String(age));
  for (const direction of ["read", "written"]) {
    const bytes = seen.of(`billing_copy_bytes_total{direction="${direction}"}`) ?? 0;
    assert.ok(bytes > MEMBERS * 50, `${direction}: ${bytes}`);
  }
  await holder.query("rollback");
  expectDone(await outcome);
  const [ledger] = await carrier.rows<{ billed: number; held: number; excluded: number; items: number }>(
    "select billed, held, excluded, items from generation_partitions",
  );
  assert.ok(ledger);
  assert.equal(seen.of(settled), ledger.billed);
  assert.equal(seen.of('billing_settle_accounts_total{result="held"}'), ledger.held);
  assert.equal(seen.of('billing_settle_accounts_total{result="excluded"}'), ledger.excluded);
  assert.equal(seen.of("billing_settle_items_total"), ledger.items);
});

test("a port that is taken costs a job its metrics, not its work; without a port it serves nothing", async (t) => {
  const carrier = await cloneOf(t, await populatedOriginal(t, MEMBERS));
  expectDone(await carrier.prepare({ partitions: 1 }));
  const occupied = createServer();
  t.after(() => occupied.close());
  const port = await new Promise<number>((resolve) => {
    occupied.listen(0, () => {
      resolve((occupied.address() as { port: number }).port);
    });
  });
  const settled = await carrier.run(settleArgs, { HEALTH_PORT: String(port), LOG_LEVEL: "warn" });
  expectDone(settled);
  assert.match(settled.error, /metrics are not served/);
});
