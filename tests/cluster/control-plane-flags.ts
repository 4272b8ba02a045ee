/** What the components of one control plane must agree on. */
export interface ControlPlanePlace {
  /** Certificates, kubeconfigs and etcd's files. */
  readonly folder: string;
  /** Where the API server listens. */
  readonly address: string;
  readonly apiPort: number;
  readonly etcdPort: number;
  readonly auditLog?: string;
  readonly apiserverFlags: readonly string[];
  /** False: nothing outside this machine's loopback reaches the Service `kubernetes`. */
  readonly reachableFromPods: boolean;
}

/** Addresses of Services, and the first of them, which is the API server's own. */
export const serviceNetwork = { range: "10.96.0.0/16", apiServer: "10.96.0.1" };

/** etcd without fsync: nothing here has to outlive the machine. */
export function etcdFlags({ folder, etcdPort }: ControlPlanePlace): string[] {
  const url = `http://127.0.0.1:${etcdPort}`;
  return [
    `--data-dir=${folder}/etcd`,
    "--unsafe-no-fsync",
    "--log-level=warn",
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    "--listen-peer-urls=http://127.0.0.1:0",
  ];
}

function auditFlags({ auditLog, folder }: ControlPlanePlace): string[] {
  if (auditLog === undefined) return [];
  return [`--audit-log-path=${auditLog}`, `--audit-policy-file=${folder}/audit-policy.json`];
}

// Aggregated APIs (KEDA's metrics) are reached with these.
function aggregationFlags(folder: string): string[] {
  return [
    `--requestheader-client-ca-file=${folder}/front-proxy-ca.crt`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${folder}/front-proxy-client.crt`,
    `--proxy-client-key-file=${folder}/front-proxy-client.key`,
    "--enable-aggregator-routing=true",
  ];
}

/** The API server as kubeadm configures it, apart from paths and ports. */
export function apiserverFlags(place: ControlPlanePlace): string[] {
  const { folder } = place;
  return [
    `--etcd-servers=http://127.0.0.1:${place.etcdPort}`,
    `--bind-address=${place.address}`,
    `--advertise-address=${place.address}`,
    `--secure-port=${place.apiPort}`,
    ...(place.reachableFromPods ? [] : ["--endpoint-reconciler-type=none"]),
    `--tls-cert-file=${folder}/apiserver.crt`,
    `--tls-private-key-file=${folder}/apiserver.key`,
    `--client-ca-file=${folder}/ca.crt`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    "--allow-privileged=true",
    `--service-cluster-ip-range=${serviceNetwork.range}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${folder}/service-accounts.pub`,
    `--service-account-signing-key-file=${folder}/service-accounts.key`,
    `--kubelet-client-certificate=${folder}/admin.crt`,
    `--kubelet-client-key=${folder}/admin.key`,
    "--kubelet-preferred-address-types=InternalIP",
    ...aggregationFlags(folder),
    ...auditFlags(place),
    ...place.apiserverFlags,
  ];
}

/** One replica each: without election, without a port of its own, not throttled. */
function clientFlags(folder: string, name: string): string[] {
  const kubeconfig = `${folder}/${name}.kubeconfig`;
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--secure-port=0",
    "--leader-elect=false",
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
  ];
}

export function controllerManagerFlags({ folder }: ControlPlanePlace): string[] {
  return [
    ...clientFlags(folder, "kube-controller-manager"),
    "--horizontal-pod-autoscaler-sync-period=2s", // 15 s by default: too long to wait for in a test
    `--flex-volume-plugin-dir=${folder}/flex`,
    "--use-service-account-credentials",
    `--service-account-private-key-file=${folder}/service-accounts.key`,
    `--root-ca-file=${folder}/ca.crt`,
    `--cluster-signing-cert-file=${folder}/ca.crt`,
    `--cluster-signing-key-file=${folder}/ca.key`,
  ];
}

export function schedulerFlags({ folder }: ControlPlanePlace): string[] {
  return clientFlags(folder, "kube-scheduler");
}
