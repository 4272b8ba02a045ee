import { setTimeout as sleep } from "node:timers/promises";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { groupOfChannel } from "../../events/consumer-groups.ts";
import { topicOfChannel } from "../../events/topics.ts";
import { CHANNELS, type Channel } from "../../notification/channel.ts";
import { createKafkaAdmin, type KafkaAdmin } from "../../platform/kafka-admin.ts";
import { ClaimCheckLog, type ClaimCheckId } from "./claim-check-log.ts";
import type { WithDatabase } from "./own-servers.ts";

const betweenLooksMs = 250;
const answerWithinMs = 2_000;

/** Looks whether a group has left a message behind unclaimed. */
export interface OffsetWatch {
  /** One look; rejects while PostgreSQL or Kafka is away. */
  readonly look: () => Promise<void>;
  /** What all looks so far have found. Does not hold when there was none. */
  readonly invariant: () => Invariant;
  readonly close: () => Promise<void>;
}

interface Found {
  looks: number;
  compared: number;
  readonly beyond: Set<string>;
}

/**
 * "No committed offset beyond an unclaimed row". A row is committed as QUEUED under its `seq` before its claim check is produced,
 * and once claimed it is never QUEUED under that `seq` again. So when a group's offset is read first and the rows afterwards,
 * a row still QUEUED whose claim check stands below the offset was passed by, whatever other copies of it there are. The sweep of
 * overdue rows makes up for it after a while, so it is looked for all the time, and not at the end.
 */
export async function openOffsetWatch(bootstrap: string, withDatabase: WithDatabase): Promise<OffsetWatch> {
  const counts = await asAdmin(bootstrap, (admin) => admin.partitionCounts(CHANNELS.map(topicOfChannel)));
  const logs = new Map<Channel, ClaimCheckLog>();
  for (const channel of CHANNELS) {
    const partitions = Array.from({ length: counts.get(topicOfChannel(channel)) ?? 0 }, (_, index) => index);
    logs.set(channel, await ClaimCheckLog.open(bootstrap, channel, partitions));
  }
  const found: Found = { looks: 0, compared: 0, beyond: new Set() };
  return {
    look: () => look({ bootstrap, logs, withDatabase }, found),
    invariant: () => ({
      name: "no-committed-offset-beyond-an-unclaimed-row",
      holds: found.looks > 0 && found.beyond.size === 0,
      detail:
        `${found.looks} looks at ${found.compared} queued rows; ${found.beyond.size} passed by: ` +
        [...found.beyond].slice(0, 3).join("; "),
    }),
    async close() {
      await Promise.all([...logs.values()].map((log) => log.close()));
    },
  };
}

/** Looks all the time while `work` is done; what is away is looked at later. */
export async function whileWatching<Result>(
  watch: OffsetWatch,
  work: () => Promise<Result>,
): Promise<Result> {
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      await watch.look().catch(() => undefined);
      await sleep(betweenLooksMs, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  try {
    return await work();
  } finally {
    over.abort();
    await looking;
    await watch.close();
  }
}

interface Sources {
  readonly bootstrap: string;
  readonly logs: ReadonlyMap<Channel, ClaimCheckLog>;
  readonly withDatabase: WithDatabase;
}

interface QueuedRow extends ClaimCheckId {
  readonly channel: Channel;
}

async function look({ bootstrap, logs, withDatabase }: Sources, found: Found): Promise<void> {
  const committed = await asAdmin(bootstrap, committedOffsets);
  // Only now the rows: what was committed before is claimed by now.
  const { rows } = await withDatabase((client) =>
    client.query<QueuedRow>(
      `select bill_id as "billId", generation, seq, channel from notifications where state = 'QUEUED'`,
    ),
  );
  for (const [channel, queued] of Map.groupBy(rows, (row) => row.channel)) {
    const ends = committed.get(channel) ?? new Map<number, number>();
    const log = logs.get(channel);
    if (log === undefined || !(await log.readTo(ends))) throw new Error(`the log of ${channel} is not there`);
    for (const row of queued) {
      for (const [partition, offset] of log.placesOf(row)) {
        const end = ends.get(partition) ?? 0;
        if (offset >= end) continue;
        found.beyond.add(`bill ${row.billId}, seq ${row.seq} at ${channel}[${partition}] ${offset} < ${end}`);
      }
    }
    found.compared += queued.length;
  }
  found.looks++;
}

type CommittedOffsets = ReadonlyMap<Channel, ReadonlyMap<number, number>>;

async function committedOffsets(admin: KafkaAdmin): Promise<CommittedOffsets> {
  const offsets = CHANNELS.map(async (channel) => {
    const lags = await admin.partitionLags(groupOfChannel(channel), topicOfChannel(channel));
    return [channel, new Map(lags.map(({ partition, committed }) => [partition, committed ?? 0]))] as const;
  });
  return new Map(await Promise.all(offsets));
}

/** With a client of its own: one that has met a broker's end may not come to itself again. */
async function asAdmin<Result>(
  bootstrap: string,
  work: (admin: KafkaAdmin) => Promise<Result>,
): Promise<Result> {
  const admin = await createKafkaAdmin(bootstrap, "faults-offsets", undefined, answerWithinMs);
  try {
    return await work(admin);
  } finally {
    await admin.close().catch(() => undefined);
  }
}
