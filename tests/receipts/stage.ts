import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "../../platform/postgres.ts";
import { parseWebhookKeys, signWebhook, type WebhookKey } from "../../platform/webhook-signature.ts";
import { portOf, setBillingClock, spawnProgram, type TestProcess } from "../delivery/world.ts";
import { billIdOf, insertLiveGeneration, type TestMember } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

/** A month whose messages receipts are told of. */
export const address = { period: "2026-10", generation: 1 };

const secret = Buffer.alloc(32, 5).toString("base64");
/** As the process under test is configured. */
export const receiptKeys = `t1:${secret}`;
/** The same key, to sign with. */
export const [testKey] = parseWebhookKeys(receiptKeys) as unknown as readonly [WebhookKey];

/** What the webhook answered. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** An event that names the e-mail of account `number`. */
export function event(number: number, kind: string, changes: object = {}): Record<string, unknown> {
  const key = `${billIdOf(address.period, number)}.g1:email:m1`;
  const bounce = kind === "bounced" ? { bounce: "hard", code: "5.1.1" } : {};
  const occurredAt = new Date().toISOString();
  return { id: `${number}-${kind}`, kind, key, occurredAt, ...bounce, ...changes };
}

/** A live generation in a database of its own; its e-mails are SENT unless `prepare` says otherwise. */
export async function sentMonth(
  t: TestContext,
  count: number,
  memberOf?: (number: number) => TestMember,
): Promise<{ readonly url: string; readonly owner: Client }> {
  const { url, connect } = await testDatabase(t);
  const owner = await connect();
  await setBillingClock(owner, "2026-11-02T12:00:00+09:00");
  await insertLiveGeneration(owner, address, count, memberOf);
  await owner.query(
    `update notifications set state = 'SENT', reason = 'sent', seq = 1, attempt = 1,
            provider_message_id = 'p-' || bill_id % 10000000000`,
  );
  await owner.query(
    `insert into notification_attempts (bill_id, generation, message_generation, channel, attempt, seq, outcome,
                                        provider_message_id, started_at, duration_ms, address_index)
     select n.bill_id, n.generation, 1, n.channel, 1, 1, 'accepted', n.provider_message_id, clock_timestamp(), 5,
            m.email_index
       from notifications n join members m on m.id = n.member_id`,
  );
  return { url, owner };
}

/** Starts `receipts`; it ends with the test. */
export async function startReceipts(
  t: TestContext,
  url: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly process: TestProcess; readonly origin: string }> {
  const started = spawnProgram(["receipts"], {
    ...{ DATABASE_URL: url, RECEIPT_KEYS: receiptKeys, RECEIPTS_PORT: "0", RECEIPTS_HOST: "127.0.0.1" },
    ...{ SWEEP_INTERVAL_MS: "100", LOG_LEVEL: "info" },
    ...environment,
  });
  t.after(async () => {
    started.child.kill("SIGKILL");
    await started.ended;
  });
  return { process: started, origin: `http://127.0.0.1:${await portOf(started)}` };
}

/** Posts a signed body, as a provider does; `headers` replace those of the signature. */
export async function post(
  origin: string,
  document: unknown,
  headers: Readonly<Record<string, string>> = {},
  source = "email",
): Promise<WebhookAnswer> {
  const body = Buffer.from(typeof document === "string" ? document : JSON.stringify(document));
  const signed = {
    "content-type": "application/json",
    ...signWebhook(testKey, body, Date.now()),
    ...headers,
  };
  const response = await fetch(`${origin}/v1/receipts/${source}`, { method: "POST", headers: signed, body });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as WebhookAnswer["body"],
  };
}

/** State, channel and reason of every message, by account number. */
export async function stand(owner: Client): Promise<string[]> {
  const { rows } = await owner.query<{ text: string }>(
    `select concat_ws(' ', bill_id % 10000000000, state, 'm' || message_generation, channel, reason) as text
       from notifications order by generation, bill_id`,
  );
  return rows.map(({ text }) => text);
}

/** Waits until `look` is true, ten seconds at most. */
export async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(await look())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(50);
  }
}
