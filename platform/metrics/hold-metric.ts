import type { MetricSet } from "./metric-set.ts";

/** Tells whether delivery is held. */
export interface HoldMetric {
  /** `cause`: why nothing is dispatched or claimed; null = delivery is armed. */
  held(cause: string | null): void;
}

/** 1 while nothing is sent from this database, by cause; 0 for `none`. */
export function createHoldMetric(metrics: MetricSet): HoldMetric {
  const gauge = metrics.gauge(
    "delivery_held",
    "1 while nothing is sent from this database until a person arms it",
    "cause",
  );
  return {
    held(cause) {
      gauge.reset();
      gauge.set({ cause: cause ?? "none" }, cause === null ? 0 : 1);
    },
  };
}
