import type { Logger } from "../platform/logger.ts";
import { silentMeter, type JobMeter } from "./job-meter.ts";

/** The meter of a job, and what ends its serving. */
interface ServedJob {
  readonly meter: JobMeter;
  readonly close: () => void;
}

/**
 * Serves a job's metrics while it lives. Without a port nothing is loaded, for a job starts once a partition; and a port that is
 * taken costs the metrics, not the job.
 */
export async function serveJob(port: number, logger: Logger): Promise<ServedJob> {
  if (port === 0) return { meter: silentMeter, close: () => undefined };
  const [{ createMetricSet }, { createJobMetrics }, { serveHealth }] = await Promise.all([
    import("../platform/metrics/metric-set.ts"),
    import("./job-metrics.ts"),
    import("../platform/health.ts"),
  ]);
  const set = createMetricSet();
  const meter = createJobMetrics(set);
  const close = serveHealth({
    ...{ port, registry: set.registry, isReady: () => true },
    onError: (error) => {
      logger.warn({ port, error: error.message }, "metrics are not served");
    },
  });
  return { meter, close };
}
