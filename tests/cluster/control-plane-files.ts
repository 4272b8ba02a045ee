import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CertificateRequest, createAuthority, writeKubeconfig } from "./certificates.ts";
import { type ControlPlanePlace, serviceNetwork } from "./control-plane-flags.ts";

/** One line a request when it is answered; a watch has a second one at its start. */
const auditPolicy = {
  apiVersion: "audit.k8s.io/v1",
  kind: "Policy",
  omitStages: ["RequestReceived"],
  rules: [{ level: "Metadata" }],
};

const clients: readonly CertificateRequest[] = [
  { name: "admin", subject: "/O=system:masters/CN=admin" },
  { name: "kube-controller-manager", subject: "/CN=system:kube-controller-manager" },
  { name: "kube-scheduler", subject: "/CN=system:kube-scheduler" },
];

function apiserverHosts(address: string): string[] {
  const service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  const names = ["localhost", ...service, "kubernetes.default.svc.cluster.local"];
  return [
    ...names.map((name) => `DNS:${name}`),
    ...[address, serviceNetwork.apiServer].map((ip) => `IP:${ip}`),
  ];
}

function writeServiceAccountKeys(folder: string): void {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(join(folder, "service-accounts.pub"), publicKey.export({ type: "spki", format: "pem" }));
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  writeFileSync(join(folder, "service-accounts.key"), pem, { mode: 0o600 });
}

/** Writes certificates, keys, kubeconfigs (of `moreClients` too) and the audit policy into the place's folder. */
export async function writeControlPlaneFiles(
  place: ControlPlanePlace,
  moreClients: readonly CertificateRequest[] = [],
): Promise<void> {
  const { folder, address } = place;
  const [authority, frontProxy] = await Promise.all([
    createAuthority(folder, "ca"),
    createAuthority(folder, "front-proxy-ca"),
  ]);
  const everyClient = [...clients, ...moreClients];
  await Promise.all([
    authority.issue({ name: "apiserver", subject: "/CN=kube-apiserver", hosts: apiserverHosts(address) }),
    frontProxy.issue({ name: "front-proxy-client", subject: "/CN=front-proxy-client" }),
    ...everyClient.map((client) => authority.issue(client)),
  ]);
  for (const { name } of everyClient) writeKubeconfig(folder, name, `https://${address}:${place.apiPort}`);
  writeServiceAccountKeys(folder);
  writeFileSync(join(folder, "audit-policy.json"), JSON.stringify(auditPolicy));
}
