import { setTimeout as sleep } from "node:timers/promises";
import { isGone, KubernetesError } from "../platform/kubernetes/kubernetes-error.ts";
import { toRun, type Run } from "../crds/run-object.ts";
import { billingRuns, type StoredRun } from "./billing-runs.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";

/**
 * The run as it is and then after every change, until `signal` aborts. A watch that ends is begun anew from what is
 * there then; an API server that does not answer is asked again, as a person who watches would.
 */
export async function* watchRun(
  { kubernetes, namespace }: Session,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Run> {
  const selection = { namespace, fieldSelector: `metadata.name=${name}` };
  for (let seen = false; !signal.aborted;) {
    try {
      const { items, resourceVersion } = await kubernetes.list<StoredRun>(billingRuns, selection);
      const [run] = items;
      if (run === undefined)
        throw new Refusal(`${seen ? "somebody deleted" : "there is no"} BillingRun ${name}`);
      seen = true;
      yield toRun(run);
      for await (const event of kubernetes.watch<StoredRun>(billingRuns, {
        ...selection,
        resourceVersion,
        signal,
      })) {
        if (event.type === "BOOKMARK") continue;
        if (event.type === "DELETED") throw new Refusal(`somebody deleted BillingRun ${name}`);
        yield toRun(event.object);
      }
    } catch (error) {
      if (!(error instanceof KubernetesError) || !(isGone(error) || (seen && isPassing(error)))) throw error;
      await sleep(1_000, undefined, { signal }).catch(() => undefined);
    }
  }
}

function isPassing({ status }: KubernetesError): boolean {
  return status === 0 || status === 429 || status >= 500;
}
