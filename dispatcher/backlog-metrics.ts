import { CHANNELS } from "../notification/channel.ts";
import type { MetricSet } from "../platform/metrics/metric-set.ts";
import type { Refreshed } from "../platform/metrics/refreshed.ts";
import type { Backlog } from "./read-backlog.ts";

/** Tells how the outbox stands: queue by state, dead letters, ages. Absent while the database does not answer. */
export function addBacklogMetrics(metrics: MetricSet, backlog: Refreshed<Backlog>): void {
  metrics.readGauge(
    "notifications",
    "Messages by where they stand",
    ["channel", "state", "reason"],
    async (gauge) => {
      for (const { channel, state, reason, messages } of (await backlog.latest())?.counts ?? []) {
        gauge.inc({ channel, state, reason }, messages);
      }
    },
  );
  metrics.readGauge(
    "dead_letters_open",
    "Messages given up that nobody has redriven",
    ["channel"],
    async (gauge) => {
      const reading = await backlog.latest();
      if (reading === null) return;
      for (const channel of CHANNELS) gauge.set({ channel }, 0);
      for (const { channel, state, messages } of reading.counts) {
        if (state === "DEAD") gauge.inc({ channel }, messages);
      }
    },
  );
  metrics.readGauge(
    "outbox_oldest_due_seconds",
    "For how long the oldest message has been due without being queued",
    ["channel"],
    async (gauge) => {
      const reading = await backlog.latest();
      if (reading === null) return;
      for (const channel of CHANNELS) gauge.set({ channel }, reading.oldestDueSeconds.get(channel) ?? 0);
    },
  );
  metrics.readGauge(
    "outbox_oldest_batch_seconds",
    "Age of the oldest batch committed and not closed",
    [],
    async (gauge) => {
      const reading = await backlog.latest();
      if (reading === null) gauge.remove();
      else gauge.set(reading.oldestBatchSeconds);
    },
  );
}
