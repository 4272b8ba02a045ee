import type { MetricSet } from "../platform/metrics/metric-set.ts";
import type { JobMeter, SettledCounts } from "./job-meter.ts";

const nothing: SettledCounts = { billed: 0, held: 0, excluded: 0, items: 0 };
const results = ["billed", "held", "excluded"] as const;

/** Metrics of one job. Loaded only when they are served. */
export function createJobMetrics(set: MetricSet): JobMeter {
  const start = set.gauge("job_start_timestamp_seconds", "When this job began");
  const connections = set.gauge("job_connections", "Connections to PostgreSQL that it has opened");
  const copied = set.counter("copy_bytes_total", "Bytes of COPY", "direction");
  const expected = set.gauge("settle_expected_accounts", "Accounts of the partition in hand");
  const accounts = set.counter("settle_accounts_total", "Accounts settled", "result");
  const items = set.counter("settle_items_total", "Bill items computed");
  const checks = set.counter("verify_checks_total", "Checks of the proof", "result");
  const messages = set.counter("promote_messages_total", "Messages planned");
  start.set(Math.round(Date.now() - process.uptime() * 1_000) / 1_000);
  for (const direction of ["read", "written"]) copied.inc({ direction }, 0);
  for (const result of results) accounts.inc({ result }, 0);
  for (const result of ["holds", "fails"]) checks.inc({ result }, 0);
  let told = nothing;
  return {
    connected: () => connections.inc(),
    copied: (direction, bytes) => copied.inc({ direction }, bytes),
    expects: (count) => expected.set(count),
    settled(sofar) {
      for (const result of results) accounts.inc({ result }, sofar[result] - told[result]);
      items.inc(sofar.items - told.items);
      told = sofar;
    },
    checked: (holds) => checks.inc({ result: holds ? "holds" : "fails" }),
    messagesPlanned: (count) => messages.inc(count),
  };
}
