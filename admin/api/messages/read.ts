import { z } from "zod";
import { billTimeline } from "../../../database/commands/bill-timeline.ts";
import { listMessages } from "../../../database/notifications/list-messages.ts";
import { messagesOfBill } from "../../../database/notifications/messages-of-bill.ts";
import { recentAttempts } from "../../../database/notifications/recent-attempts.ts";
import { readClocks } from "../../../database/statistics/clocks.ts";
import { dueHistogram } from "../../../database/statistics/due-histogram.ts";
import { messageCounts } from "../../../database/statistics/message-counts.ts";
import { newestScope } from "../../../database/statistics/newest-scope.ts";
import { queueRows } from "../../../database/statistics/queue.ts";
import { CHANNEL_REGISTRY, isChannelName } from "../../../notification/channels/registry.ts";
import type { NotificationRow } from "../../../notification/notification-row.ts";
import { cursorOf, readCursor } from "../../http/keyset.ts";
import { notFound } from "../../http/problem.ts";
import { listRoute, readRoute, type Route } from "../../http/route.ts";
import { given } from "../../../platform/given.ts";
import {
  message,
  messageParams,
  messagesQuery,
  messageWithTimeline,
  queue,
  recentAttempt,
  scopeQuery,
} from "./schemas.ts";

const tag = "Messages";

/** The queue as counts, messages as a list, one message with all that happened to it, and the newest attempts. */
export const messageReads: readonly Route[] = [
  readRoute({
    path: "/messages/queue",
    role: "viewer",
    tag,
    summary: "Where messages stand, when what waits is due, and the oldest of what is open",
    query: scopeQuery,
    answer: queue,
    read: async ({ query }, { pool }) => {
      const scope = given(query);
      const [clocks, places, due] = await Promise.all([
        readClocks(pool),
        messageCounts(pool, scope),
        dueHistogram(pool, scope),
      ]);
      return { ...clocks, places, due, oldest: await queueRows(pool, places) };
    },
  }),
  readRoute({
    path: "/messages/recent",
    role: "viewer",
    tag,
    summary: "The newest attempts to send, the newest first",
    query: z.object({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .describe("Not those that ended before; billing clock"),
    }),
    answer: z.object({ attempts: z.array(recentAttempt) }).meta({ id: "RecentAttempts" }),
    read: async ({ query: { limit, since } }, { pool }) => {
      const ended = since === undefined ? null : new Date(since);
      const attempts = await recentAttempts(pool, { since: ended, limit });
      return { attempts: attempts.map((one) => ({ ...one, addressClass: addressClass(one.channel) })) };
    },
  }),
  listRoute({
    path: "/messages",
    role: "viewer",
    tag,
    summary: "Messages of one generation by bill number",
    description:
      "Without a month the newest that has messages, without a generation its newest. A page may be short, or empty, and have a next one: it ends after some time of looking, not only when it is full.",
    query: messagesQuery,
    item: message,
    list: async ({ query: { limit, cursor, period, generation, ...filter } }, { pool }) => {
      const address = await newestScope(pool, given({ period, generation }));
      if (address === null) return { items: [], next: null };
      const after = readCursor(cursor, z.tuple([z.int()]))?.[0];
      const state = filter.state as NotificationRow["state"] | undefined;
      const page = await listMessages(pool, { ...address, ...filter, state }, { after, limit });
      return { items: page.messages, next: page.nextAfter === null ? null : cursorOf([page.nextAfter]) };
    },
  }),
  readRoute({
    path: "/messages/{billId}",
    role: "viewer",
    tag,
    summary: "The messages of one bill, with every attempt, receipt, command and dead letter",
    params: messageParams,
    answer: messageWithTimeline,
    read: async ({ params: { billId } }, { pool }) => {
      const messages = await messagesOfBill(pool, billId);
      if (messages.length === 0) throw notFound(`message of bill ${billId}`);
      return { billId, messages, timeline: await billTimeline(pool, billId) };
    },
  }),
];

function addressClass(channel: string): "email" | "phone" | "pushToken" {
  return isChannelName(channel) ? CHANNEL_REGISTRY[channel].contact : "email";
}
