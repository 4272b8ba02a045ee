import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { billingRunSpec } from "../../crds/billing-run.ts";
import type { Client } from "../../platform/postgres.ts";
import { giveUp } from "../commands/dead.ts";
import { TARIFF } from "../settlement/support.ts";
import { startSettled, type SettledAdmin } from "./settled.ts";

const patienceMs = 20_000;

/** The bills of a delivered month by what became of their messages. */
export interface Delivered extends SettledAdmin {
  readonly scheduled: number;
  readonly dead: number;
  readonly sent: number;
}

/** A settled, live month whose messages are on their way: most sent, some given up, the rest waiting. */
export async function deliveredMonth(t: TestContext, members = 300): Promise<Delivered> {
  const settled = await startSettled(t, { members });
  const { owner } = settled.admin;
  const [name = "", version = ""] = TARIFF.split("@");
  const tariffRef = { name, version };
  const spec = billingRunSpec.parse({ period: "2026-10", tariffRef, partitions: 3, parallelism: 2 });
  await owner.query("update bill_runs set spec = $1", [{ generation: 1, spec }]);
  await owner.query("update generations set released_at = clock_timestamp() where state = 'live'");
  const { rows } = await owner.query<{ id: number }>(
    "select bill_id as id from notifications where channel = 'email' and state = 'SCHEDULED' order by bill_id",
  );
  const ids = rows.map(({ id }) => id);
  const sent = ids.slice(0, Math.floor(ids.length * 0.6));
  await sendThem(owner, sent);
  const dead = ids.slice(sent.length, sent.length + 4);
  await giveUp(
    owner,
    { period: "2026-10", generation: 1 },
    dead.map((id) => id % 1e10),
  );
  const scheduled = ids.at(-1);
  const [firstSent, firstDead] = [sent[0], dead[0]];
  if (scheduled === undefined || firstSent === undefined || firstDead === undefined) {
    throw new Error("too few messages");
  }
  return { ...settled, scheduled, sent: firstSent, dead: firstDead };
}

/** As consumers would have written it: an attempt each over the last hours, one in twelve failing first. */
async function sendThem(owner: Client, ids: readonly number[]): Promise<void> {
  await owner.query(
    `with moved as (
       update notifications set state = 'SENT', reason = 'sent', attempt = 1, seq = seq + 2
        where bill_id = any($1::bigint[]) and generation = 1
       returning bill_id, message_generation, channel, seq)
     insert into notification_attempts (bill_id, generation, message_generation, channel, provider, attempt, seq, outcome,
                                        detail, started_at, duration_ms)
     select bill_id, 1, message_generation, channel, 'gateway', 1 + last, seq - 1 + last,
            case when last = 1 then 'accepted' else 'transient' end, case when last = 1 then '' else 'http-503' end,
            billing_now() - (bill_id % 300) * interval '1 minute' - interval '1 minute', 180 + bill_id % 900
       from moved cross join generate_series(0, 1) as last
      where last = 1 or bill_id % 12 = 0`,
    [ids],
  );
}

/** Keeps a picture of the page, when the variable SCREENSHOTS names a folder for it. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Waits until everything that the page shows has been read. */
export async function settledPage(page: Page): Promise<void> {
  // Not `waitForFunction`: it evaluates text inside the page, which the content security policy forbids.
  await page.locator("h1").first().waitFor();
  const deadline = performance.now() + patienceMs;
  while ((await page.locator(".loading, [aria-busy=true]").count()) > 0) {
    if (performance.now() > deadline) throw new Error(`${page.url()} is still reading`);
    await sleep(50);
  }
}
