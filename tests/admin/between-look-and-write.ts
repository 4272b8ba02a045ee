import type { Kubernetes } from "../../platform/kubernetes/kubernetes.ts";

/** Somebody else who comes just before the next merge patch. */
export interface Meddler {
  /** The client that is meddled with. */
  readonly through: (kubernetes: Kubernetes) => Kubernetes;
  /** Does this, once, between the decision that a patch is for and the patch. */
  readonly next: (meddle: () => Promise<unknown>) => void;
}

/** Nobody comes until `next` says who. */
export function createMeddler(): Meddler {
  let waiting: (() => Promise<unknown>) | null = null;
  return {
    through: (kubernetes) => ({
      ...kubernetes,
      mergePatch: async (address, patch) => {
        const once = waiting;
        waiting = null;
        await once?.();
        return await kubernetes.mergePatch(address, patch);
      },
    }),
    next(meddle) {
      waiting = meddle;
    },
  };
}
