import { isConflict } from "../../platform/kubernetes/kubernetes-error.ts";
import type { Logger } from "../../platform/logger.ts";
import { exponentialBackoff } from "../runtime/backoff.ts";
import { createWorkQueue, type WorkQueue } from "../runtime/work-queue.ts";
import type { OperatorMetrics } from "./metrics.ts";

/** So many objects are looked at side by side; each look waits for the database and the API server, not for a core. */
const workers = 8;
/** The watch shows the newer object within this, as a rule. */
const conflictRetryMs = 100;

/** The queue of one controller; see `OperatorParts.createQueue`. */
export function createControllerQueue(
  controller: string,
  look: (key: string) => Promise<number | null>,
  { metrics, logger }: { readonly metrics: OperatorMetrics; readonly logger: Logger },
): WorkQueue {
  const queue = createWorkQueue({
    workers,
    backoff: exponentialBackoff({ baseMs: 500, maxMs: 60_000 }),
    work: async (key) => {
      const waitMs = await look(key).catch((error: unknown) => {
        if (isConflict(error)) return conflictRetryMs;
        throw error;
      });
      if (waitMs !== null) queue.addAfter(key, waitMs);
    },
    onFailed: (key, error, retryInMs) => {
      logger.warn({ controller, key, err: error, retryInMs: Math.round(retryInMs) }, "look failed");
    },
    onDepth: (depth) => {
      metrics.queueDepth.set({ controller }, depth);
    },
    onWorked: (seconds, succeeded) => {
      metrics.reconcileSeconds.observe({ controller, outcome: succeeded ? "done" : "failed" }, seconds);
    },
  });
  return queue;
}
