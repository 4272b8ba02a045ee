import { RetryableError } from "../../platform/errors.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";

/** A server that does not answer, or takes no request of ours, may later: whoever asked asks again under the same command id. */
export async function answered<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    throw new RetryableError("kubernetes-unavailable", `the API server gave no answer: ${error.reason}`, {
      retryAfterMs: error.retryAfterMs ?? 5_000,
      cause: error,
    });
  }
}
