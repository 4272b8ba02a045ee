import type {
  Kubernetes,
  KubernetesObject,
  Resource,
  Selection,
} from "../../platform/kubernetes/kubernetes.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Pool } from "../../platform/postgres.ts";
import type { Tracing } from "../../platform/tracing/tracing.ts";
import type { EventRecorder } from "../runtime/event-recorder.ts";
import type { Reflector } from "../runtime/reflector.ts";
import type { WorkQueue } from "../runtime/work-queue.ts";

/** What the controllers of one operator share. */
export interface OperatorParts {
  /** Refuses writes while another replica works. */
  readonly kubernetes: Kubernetes;
  /** Namespace whose objects are reconciled. */
  readonly namespace: string;
  readonly events: EventRecorder;
  /** Read-only by its role. */
  readonly database: Pool;
  readonly logger: Logger;
  readonly tracing: Tracing;
  /** A local copy of a kind in the namespace; the same selection is followed once, whoever asks. */
  readonly follow: <Kind extends KubernetesObject>(
    resource: Resource,
    selection?: Omit<Selection, "namespace">,
  ) => Reflector<Kind>;
  /**
   * A queue with metrics and back-off. `look` works on a key and returns after how many milliseconds to look again, null =
   * when told; what it throws is logged and tried again, a conflict at once and without a word.
   */
  readonly createQueue: (controller: string, look: (key: string) => Promise<number | null>) => WorkQueue;
}

/** One controller: watches from the beginning, and works while this replica is the one that does. */
export interface Controller {
  readonly name: string;
  /** Looks at everything there is, then at what changes, until `signal`. */
  readonly run: (signal: AbortSignal) => Promise<void>;
}
