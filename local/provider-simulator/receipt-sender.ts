import { setTimeout as sleep } from "node:timers/promises";
import { signWebhook, type WebhookKey } from "../../platform/webhook-signature.ts";
import type { ProviderRequest } from "./provider.ts";
import { receiptFate, type ReceiptOdds, type SimulatedReceipt } from "./receipt-fate.ts";

/** Where receipts go, and how. */
export interface ReceiptOptions {
  /** Without the channel, which is appended. */
  readonly url: string;
  readonly key: WebhookKey;
  readonly odds: ReceiptOdds;
  readonly delayMs: number;
  readonly shuffleMs: number;
}

/** Counts since the start. */
export interface ReceiptStats {
  /** Receipts that were due so far, without repetitions. */
  due: number;
  /** Answered with 2xx, repetitions included. */
  kept: number;
  /** Tries that were not. */
  refused: number;
  /** Not yet answered with 2xx. */
  waiting: number;
}

/** Tells afterwards what became of messages. */
export interface ReceiptSender {
  readonly stats: Readonly<ReceiptStats>;
  /** A message was accepted for the first time. */
  readonly accepted: (request: ProviderRequest, messageId: string) => void;
  close(): void;
}

interface Event {
  readonly channel: string;
  readonly body: object;
}

const maxBatch = 100;
const gatherMs = 50;
const repeatAfterMs = 500;

/** Sends receipts in signed batches, each again and again until it is answered with 2xx, as real providers do. */
export function createReceiptSender(options: ReceiptOptions): ReceiptSender {
  const stats: ReceiptStats = { due: 0, kept: 0, refused: 0, waiting: 0 };
  const queues = new Map<string, object[]>();
  const sending = { ...options, stats, closed: false };
  const sendQueue = async (channel: string): Promise<void> => {
    await sleep(gatherMs);
    const queue = queues.get(channel) ?? [];
    queues.delete(channel);
    for (let from = 0; from < queue.length; from += maxBatch) {
      await sendUntilKept(sending, channel, queue.slice(from, from + maxBatch));
    }
  };
  const enqueue = ({ channel, body }: Event): void => {
    const queue = queues.get(channel);
    if (queue !== undefined) {
      queue.push(body);
      return;
    }
    queues.set(channel, [body]);
    void sendQueue(channel);
  };
  return {
    stats,
    accepted({ key, channel, recipient }, messageId) {
      for (const [index, receipt] of receiptFate(options.odds, key, recipient).entries()) {
        const event = { channel, body: bodyOf(receipt, { key, channel, messageId }) };
        stats.due++;
        const times = receipt.repeated ? 2 : 1;
        for (let time = 0; time < times; time++) {
          stats.waiting++;
          const lateMs = options.delayMs * (1 + index) + (receipt.shuffle + time) * options.shuffleMs;
          setTimeout(() => {
            enqueue(event);
          }, lateMs).unref();
        }
      }
    },
    close: () => {
      sending.closed = true;
    },
  };
}

function bodyOf(
  { kind, bounce, code, withoutKey }: SimulatedReceipt,
  { key, channel, messageId }: { readonly key: string; readonly channel: string; readonly messageId: string },
): object {
  const occurredAt = new Date().toISOString();
  const id = `${messageId}-${kind}-${bounce ?? ""}`;
  return { id, kind, bounce, code, occurredAt, messageId, channel, ...(!withoutKey && { key }) };
}

async function sendUntilKept(
  sending: ReceiptOptions & { readonly stats: ReceiptStats; readonly closed: boolean },
  channel: string,
  events: readonly object[],
): Promise<void> {
  const { url, key, stats } = sending;
  const body = Buffer.from(JSON.stringify({ events }));
  while (!sending.closed) {
    const headers = { "content-type": "application/json", ...signWebhook(key, body, Date.now()) };
    const status = await fetch(`${url}/${channel}`, { method: "POST", headers, body })
      .then(async (response) => {
        await response.arrayBuffer();
        return response.status;
      })
      .catch(() => 0);
    if (status >= 200 && status < 300) {
      stats.kept += events.length;
      stats.waiting -= events.length;
      return;
    }
    stats.refused++;
    await sleep(repeatAfterMs);
  }
}
