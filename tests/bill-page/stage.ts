import { get } from "node:http";
import type { TestContext } from "node:test";
import { freePort } from "../../local/free-port.ts";
import { parseLinkKeys, signBillLink } from "../../notification/bill-link.ts";
import { portOf, spawnProgram, type TestProcess } from "../delivery/world.ts";
import type { Client } from "../../platform/postgres.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";

/** The month whose bills are shown. */
export const period = "2026-10";

/** As the process under test is configured: an older key verifies too. */
export const linkKeys = ["l2", "l1"]
  .map((id, at) => `${id}:${Buffer.alloc(32, at + 1).toString("base64")}`)
  .join(",");

/** A live month of so many bills, each of the account and the member of its number. */
export async function insertMonth(owner: Client, bills: number): Promise<void> {
  await insertLiveGeneration(owner, { period, generation: 1 }, bills);
  await owner.query(
    "insert into accounts (id, member_id, currency, joined_on) select id, id, 'KRW', '2020-01-01' from members",
  );
}

const inAnHour = (): number => Math.floor(Date.now() / 1_000) + 3_600;

/** A link's token for the bill of account `number`, good for an hour. */
export function tokenOf(number: number, keys = linkKeys, expiresAtSeconds = inAnHour()): string {
  return signBillLink({ billId: billIdOf(period, number), expiresAtSeconds }, parseLinkKeys(keys));
}

/** What a visitor was answered. */
export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A running process. */
export interface RunningPages {
  readonly process: TestProcess;
  readonly origin: string;
  readonly visit: (path: string, headers?: Readonly<Record<string, string>>) => Promise<PageAnswer>;
  /** Requests so far, by how they ended. */
  readonly counts: () => Promise<Readonly<Record<string, number>>>;
}

/** Starts `bill-page`; it is killed when the test ends. */
export async function startPages(
  t: TestContext,
  databaseUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningPages> {
  const healthPort = await freePort();
  const started = spawnProgram(["bill-page"], {
    ...{ DATABASE_URL: databaseUrl, LINK_KEYS: linkKeys, BILL_PAGE_PORT: "0", BILL_PAGE_HOST: "127.0.0.1" },
    ...{ HEALTH_PORT: String(healthPort), LOG_LEVEL: "debug", CARRIER_NAME: "Hanbit <Mobile>" },
    ...{ CARRIER_SUPPORT_PHONE: "1588-0000", BILL_URL: "https://bills.carrier.example/b/" },
    ...environment,
  });
  t.after(async () => {
    started.child.kill("SIGKILL");
    await started.ended;
  });
  const origin = `http://127.0.0.1:${await portOf(started)}`;
  return {
    process: started,
    origin,
    visit: (path, headers = {}) => visit(`${origin}${path}`, headers),
    counts: async () => countsOf((await visit(`http://127.0.0.1:${healthPort}/metrics`, {})).body),
  };
}

/** By node:http: fetch would mend a path before it is sent. */
function visit(url: string, headers: Readonly<Record<string, string>>): Promise<PageAnswer> {
  return new Promise((resolve, reject) => {
    get(url, { headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    }).on("error", reject);
  });
}

function countsOf(metrics: string): Record<string, number> {
  const lines = metrics.matchAll(/^billing_bill_page_requests_total\{result="([\w-]+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, result = "", count]) => [result, Number(count)]));
}
