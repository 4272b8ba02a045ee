import { applicationConnections } from "../../../database/store/connections.ts";
import { storeState as readStoreState } from "../../../database/store/store-state.ts";
import { tableSizes } from "../../../database/store/table-sizes.ts";
import { readClocks } from "../../../database/statistics/clocks.ts";
import { messageCounts as countMessages } from "../../../database/statistics/message-counts.ts";
import { newestScope } from "../../../database/statistics/newest-scope.ts";
import { periodTotals as totalPeriods } from "../../../database/statistics/period-totals.ts";
import { sendResults as readSendResults } from "../../../database/statistics/send-results.ts";
import { given } from "../../../platform/given.ts";
import { HttpProblem } from "../../http/problem.ts";
import { readSeldom } from "../../http/read-seldom.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { scopeQuery } from "../messages/schemas.ts";
import { lag, messageCounts, periodTotals, sendResults, sendsQuery, storeState } from "./schemas.ts";

const tag = "Statistics";

/** Sizes are asked of the file system, a file a table: seconds later they say the same. */
const storeOf = readSeldom(5_000, async (pool) => {
  const [state, tables, connections] = await Promise.all([
    readStoreState(pool),
    tableSizes(pool),
    applicationConnections(pool),
  ]);
  return { ...state, tables, connections };
});

/** Adds up every month there is: some 100 ms with a year of them. */
const periodsOf = readSeldom(5_000, totalPeriods);

/** Counts, charts, lag and the state of the store. */
export const statisticsRoutes: readonly Route[] = [
  readRoute({
    path: "/statistics/messages",
    role: "viewer",
    tag,
    summary: "How many messages stand where",
    query: scopeQuery,
    answer: messageCounts,
    read: async ({ query }, { pool }) => {
      const [clocks, counts] = await Promise.all([readClocks(pool), countMessages(pool, given(query))]);
      return { ...clocks, counts };
    },
  }),
  readRoute({
    path: "/statistics/periods",
    role: "viewer",
    tag,
    summary: "What became of the messages of each generation, the newest first",
    answer: periodTotals,
    read: async (_input, { pool }) => ({ periods: await periodsOf(pool) }),
  }),
  readRoute({
    path: "/statistics/sends",
    role: "viewer",
    tag,
    summary: "How sends ended, by channel and time",
    description: "Without a month the newest that has messages.",
    query: sendsQuery,
    answer: sendResults,
    read: async ({ query: { period, generation, bucketMinutes, since } }, { pool }) => {
      const newest = period === undefined ? await newestScope(pool, given({ generation })) : { period };
      if (newest === null) return { period: null, bucketMinutes, buckets: [] };
      const scope = given({ period: newest.period, generation });
      const span = { spanMinutes: bucketMinutes, since: since === undefined ? null : new Date(since) };
      return { period: newest.period, bucketMinutes, buckets: await readSendResults(pool, scope, span) };
    },
  }),
  readRoute({
    path: "/lag",
    role: "viewer",
    tag,
    summary: "Messages in Kafka that consumers have not committed, by topic and partition",
    answer: lag,
    read: async (_input, context) => {
      if (context.lag === null)
        throw new HttpProblem(404, "no-kafka", "set KAFKA_BOOTSTRAP for admin to see lag");
      return await context.lag.read();
    },
  }),
  readRoute({
    path: "/store",
    role: "viewer",
    tag,
    summary: "The state of the database: sizes, open outbox batches, commands, sessions, connections",
    answer: storeState,
    read: async (_input, { pool }) => await storeOf(pool),
  }),
];
