import { createHash } from "node:crypto";
import type { Kubernetes, Resource } from "../../platform/kubernetes/kubernetes.ts";
import { KubernetesError } from "../../platform/kubernetes/kubernetes-error.ts";
import { RetryableError } from "../../platform/errors.ts";
import { roles, type Actor, type Role } from "./actor.ts";
import type { ReadBearer } from "./authenticate.ts";

/** How tokens of the cluster are asked about. */
export interface KubernetesTokens {
  readonly kubernetes: Pick<Kubernetes, "create">;
  /** What a token must be made for, by `kubectl create token --audience`. */
  readonly audience: string;
  /** Of the release, whose RBAC says who may what. */
  readonly namespace: string;
}

interface Review {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
    };
  };
}

interface AccessReview {
  readonly status?: { readonly allowed?: boolean };
}

const tokenReviews: Resource = { group: "authentication.k8s.io", version: "v1", plural: "tokenreviews" };
const accessReviews: Resource = {
  group: "authorization.k8s.io",
  version: "v1",
  plural: "subjectaccessreviews",
};
/** A token that was withdrawn, or a right, counts so long. */
const rememberMs = 30_000;
const mostRemembered = 1_000;

/**
 * Reads tokens of the cluster: TokenReview says whose it is, SubjectAccessReview which roles RBAC gives: the verb `use` on
 * `adminroles.billing.telco.dev` named `viewer`, `operator` or `approver` in the release's namespace.
 */
export function kubernetesTokenReader(options: KubernetesTokens): ReadBearer {
  const known = new Map<string, { readonly untilMs: number; readonly actor: Promise<Actor | null> }>();
  return async (token) => {
    const key = createHash("sha256").update(token).digest("base64");
    const found = known.get(key);
    if (found !== undefined && found.untilMs > Date.now()) return await found.actor;
    if (known.size >= mostRemembered) known.clear();
    const actor = review(options, token);
    known.set(key, { untilMs: Date.now() + rememberMs, actor });
    try {
      return await actor;
    } catch (error) {
      known.delete(key);
      throw away(error);
    }
  };
}

function away(error: unknown): unknown {
  if (!(error instanceof KubernetesError)) return error;
  return new RetryableError("cluster-away", "the cluster cannot be asked about this token", {
    retryAfterMs: 5_000,
    cause: error,
  });
}

async function review(
  { kubernetes, audience, namespace }: KubernetesTokens,
  token: string,
): Promise<Actor | null> {
  const { status } = await kubernetes.create<Review>(tokenReviews, "", {
    ...{ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview" },
    spec: { token, audiences: [audience] },
  });
  const { username = "", uid, groups } = status?.user ?? {};
  // A server that knows no audiences answers without them, and then the token is the API server's own.
  const meantForUs = status?.audiences?.includes(audience) === true;
  if (status?.authenticated !== true || !meantForUs || username === "") return null;
  const allowed = await Promise.all(
    roles.map(async (role): Promise<readonly Role[]> => {
      const resourceAttributes = {
        namespace,
        verb: "use",
        group: "billing.telco.dev",
        resource: "adminroles",
        name: role,
      };
      const answer = await kubernetes.create<AccessReview>(accessReviews, "", {
        ...{ apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview" },
        spec: { user: username, uid, groups, resourceAttributes },
      });
      return answer.status?.allowed === true ? [role] : [];
    }),
  );
  return { name: username, roles: new Set(allowed.flat()), via: "service-account" };
}
