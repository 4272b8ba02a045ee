import type { Counter } from "prom-client";
import type { LinkReading } from "../notification/bill-link.ts";
import type { MetricSet } from "../platform/metrics/metric-set.ts";

/** How a request ended. Visitors learn none of the refusals from each other. */
export type PageResult =
  | "shown"
  | Extract<LinkReading, { kind: "refused" }>["why"]
  | "unknown-bill"
  | "no-such-page"
  | "too-many"
  | "busy"
  | "failed";

/** Counts requests by how they ended. */
export function createBillPageMetrics(set: MetricSet): Counter<"result"> {
  return set.counter("bill_page_requests_total", "Requests of bill pages, by how they ended", "result");
}
