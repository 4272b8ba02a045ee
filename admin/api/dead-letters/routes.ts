import { z } from "zod";
import { listDeadLetters } from "../../../database/dead-letters/list-dead-letters.ts";
import { standingLetters } from "../../../database/dead-letters/standing-letters.ts";
import { listPoison } from "../../../database/notifications/list-poison.ts";
import { receiptCounts as countReceipts } from "../../../database/receipts/receipt-counts.ts";
import { openPayloads } from "../../../desk/letters/open-payloads.ts";
import { given } from "../../../platform/given.ts";
import { inTransaction } from "../../../platform/postgres.ts";
import { requireCipher } from "../../contact-keys.ts";
import { readCursor, toPage } from "../../http/keyset.ts";
import { notFound } from "../../http/problem.ts";
import { listRoute, readRoute, type Route } from "../../http/route.ts";
import {
  deadLetter,
  letterCounts,
  letterParams,
  lettersQuery,
  payload,
  poisonMessage,
  receiptCounts,
  withReason,
} from "./schemas.ts";

const tag = "Dead letters";
const countedReceipts = 10_000;

/** What was given up, what nobody could read, and what providers told afterwards. */
export const deadLetterRoutes: readonly Route[] = [
  readRoute({
    path: "/dead-letters/counts",
    role: "viewer",
    tag,
    summary: "How many messages are dead, by month, channel and cause",
    answer: letterCounts,
    read: async (_input, { pool }) => ({ counts: await standingLetters(pool) }),
  }),
  listRoute({
    path: "/dead-letters",
    role: "viewer",
    tag,
    summary: "Messages that were given up, the oldest first",
    query: lettersQuery,
    item: deadLetter,
    list: async ({ query: { limit, cursor, ...filter } }, { pool }) => {
      const afterId = readCursor(cursor, z.tuple([z.int()]))?.[0] ?? 0;
      const rows = await listDeadLetters(pool, given(filter), { afterId, limit: limit + 1 });
      return toPage(rows, limit, ({ id }) => [id]);
    },
  }),
  readRoute({
    path: "/dead-letters/{id}/payload",
    method: "post",
    role: "operator",
    tag,
    summary: "What was to be sent and where to, in plain; who asked and why is audited",
    params: letterParams,
    body: withReason,
    answer: payload,
    read: async ({ params: { id }, body: { reason } }, { pool, actor, contacts }) => {
      const cipher = requireCipher(contacts);
      const asked = { actor: actor.name, reason, action: "dead-letter.payload" };
      const opened = await inTransaction(pool, (client) => openPayloads(client, [id], { asked, cipher }));
      const found = opened.get(id);
      if (found === undefined) throw notFound(`payload of dead letter ${id}`);
      return found;
    },
  }),
  listRoute({
    path: "/poison-messages",
    role: "viewer",
    tag,
    summary: "Kafka messages that nobody could read, the newest first; by their place, not their text",
    item: poisonMessage,
    list: async ({ query: { limit, cursor } }, { pool }) => {
      const before = readCursor(cursor, z.tuple([z.string(), z.string(), z.int(), z.int()]));
      const rows = await listPoison(pool, before, limit + 1);
      return toPage(rows, limit, ({ parkedKey, topic, partition, offset }) => {
        return [parkedKey, topic, partition, offset];
      });
    },
  }),
  readRoute({
    path: "/receipts/counts",
    role: "viewer",
    tag,
    summary: "What providers told lately, by source, kind and effect",
    answer: receiptCounts,
    read: (_input, { pool }) => countReceipts(pool, countedReceipts),
  }),
];
