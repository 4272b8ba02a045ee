import { randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setClockOffsetMs } from "../../database/billing-clock/billing-clock.ts";
import { migrate } from "../../database/migrate.ts";
import { startPostgres } from "../../local/postgres-server.ts";
import { connect } from "../../platform/postgres.ts";
import { fillDatabase } from "./fill-database.ts";

/** Keys of personal data, as the processes are configured. */
export interface ContactKeys {
  readonly ENCRYPTION_KEYS: string;
  readonly BLIND_INDEX_KEY: string;
}

/** What a filled folder holds; kept beside it, so that it can be measured again. */
interface Filling {
  readonly members: number;
  /** `YYYY-MM`, the newest first, and the run of each. */
  readonly months: readonly string[];
  readonly runs: readonly string[];
  readonly keys: ContactKeys;
  /** Billing clock, in the middle of the newest month's delivery. */
  readonly nowMs: number;
  readonly fillSeconds: number;
}

/** A PostgreSQL with a carrier's year in it; disposing of it stops it, and removes it unless its folder was given. */
export interface FilledServer extends Filling, AsyncDisposable {
  readonly url: string;
  readonly folder: string;
}

/** How to fill it. */
export interface FillOrder {
  readonly members: number;
  readonly months: number;
  readonly partitions: number;
  /** Kept, and used again as it is when it was filled before; null = a new one that goes in the end. */
  readonly folder: string | null;
  readonly parent: string;
  readonly say: (line: string) => void;
}

/** Durability is as PostgreSQL has it by default; the billing clock stands where it stood when the folder was filled. */
export async function openFilledServer(order: FillOrder): Promise<FilledServer> {
  await using stack = new AsyncDisposableStack();
  mkdirSync(order.parent, { recursive: true });
  const folder = order.folder ?? mkdtempSync(join(order.parent, "admin-"));
  if (order.folder === null) stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const noted = join(folder, "filled.json");
  refuseHalfFilled(folder, noted);
  mkdirSync(join(folder, "logs"), { recursive: true });
  const postgres = await startPostgres({ dataDir: join(folder, "postgres") });
  stack.defer(() => postgres.stop());
  // Also one that was filled before: what is tuned may be an index.
  await migrate(postgres.url);
  if (!existsSync(noted)) writeFileSync(noted, JSON.stringify(await fill(postgres.url, folder, order)));
  const filling = JSON.parse(readFileSync(noted, "utf8")) as Filling;
  const client = await connect({ url: postgres.url, applicationName: "bench" });
  await setClockOffsetMs(client, filling.nowMs - Date.now());
  await client.end();
  const running = stack.move();
  return {
    ...{ ...filling, url: postgres.url, folder },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function refuseHalfFilled(folder: string, noted: string): void {
  const anything = existsSync(folder) && readdirSync(folder).length > 0;
  if (anything && !existsSync(noted)) throw new Error(`${folder} was not filled to its end: remove it`);
}

async function fill(url: string, folder: string, order: FillOrder): Promise<Filling> {
  const startedMs = performance.now();
  const keys = {
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString("base64")}`,
    BLIND_INDEX_KEY: randomBytes(32).toString("base64"),
  };
  const filled = await fillDatabase({ ...order, url, folder, keys });
  const fillSeconds = Math.round((performance.now() - startedMs) / 1_000);
  return { members: order.members, keys, ...filled, fillSeconds };
}
