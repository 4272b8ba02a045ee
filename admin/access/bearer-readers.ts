import { createKubernetes } from "../../platform/kubernetes/client.ts";
import type { AdminConfig } from "../config.ts";
import type { ReadBearer } from "./authenticate.ts";
import { kubernetesTokenReader } from "./kubernetes-tokens.ts";
import { oidcReader } from "./oidc.ts";

/** The kinds of bearer tokens that this installation takes. */
export function bearerReaders(config: AdminConfig): readonly ReadBearer[] {
  const readers: ReadBearer[] = [];
  if (config.ADMIN_OIDC_ISSUER !== "") {
    const issuer = {
      issuer: config.ADMIN_OIDC_ISSUER,
      audience: config.ADMIN_OIDC_AUDIENCE,
      rolesClaim: config.ADMIN_OIDC_ROLES_CLAIM,
      roleOf: config.ADMIN_OIDC_ROLES,
      nameClaim: config.ADMIN_OIDC_NAME_CLAIM,
    };
    readers.push(oidcReader(issuer));
  }
  if (config.ADMIN_TOKEN_AUDIENCE !== "") {
    const kubernetes = createKubernetes({ userAgent: "billing-operator-admin", timeoutMs: 5_000 });
    const { defaultNamespace: namespace } = kubernetes;
    readers.push(kubernetesTokenReader({ kubernetes, audience: config.ADMIN_TOKEN_AUDIENCE, namespace }));
  }
  return readers;
}
