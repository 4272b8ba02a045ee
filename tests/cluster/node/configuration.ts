import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { network } from "./network.ts";

/** The socket of the node's containerd. */
export const containerdSocket = (folder: string): string => join(folder, "containerd/containerd.sock");

// TOML. The sandbox image is that of setup/kubernetes-node.sh; there is no registry to fetch one from.
// restrict_oom_score_adj: lowering it takes a capability that containers of CI lack.
function containerdConfiguration(folder: string): string {
  return `version = 2
root = "${folder}/containerd/root"
state = "${folder}/containerd/state"
[grpc]
  address = "${containerdSocket(folder)}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "localhost/pause:1"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${folder}/cni"
`;
}

function podNetwork(folder: string): object {
  const ipam = {
    type: "host-local",
    dataDir: `${folder}/cni/addresses`,
    ranges: [[{ subnet: network.pods }]],
    routes: [{ dst: "0.0.0.0/0" }],
  };
  const bridge = { type: "bridge", bridge: "cni0", isGateway: true, hairpinMode: true, ipam };
  const portmap = { type: "portmap", capabilities: { portMappings: true } };
  return { cniVersion: "0.4.0", name: "pods", plugins: [bridge, portmap, { type: "loopback" }] };
}

function kubeletConfiguration(folder: string): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    failCgroupV1: false, // machines of CI still have it
    cgroupDriver: "cgroupfs",
    containerRuntimeEndpoint: `unix://${containerdSocket(folder)}`,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: `${folder}/ca.crt` },
    },
    authorization: { mode: "Webhook" },
    clusterDNS: [network.node],
    clusterDomain: "cluster.local",
    resolvConf: "/dev/null",
    podLogsDir: `${folder}/pod-logs`,
    failSwapOn: false,
    oomScoreAdj: 0, // as restrict_oom_score_adj above
    volumePluginDir: `${folder}/flex`,
    imageGCHighThresholdPercent: 100, // an image that is collected cannot be fetched again
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "1%",
      "imagefs.available": "1%",
      "nodefs.inodesFree": "1%",
      "imagefs.inodesFree": "1%",
    },
    serializeImagePulls: false,
    syncFrequency: "10s",
  };
}

function proxyConfiguration(folder: string): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clientConnection: { kubeconfig: `${folder}/kube-proxy.kubeconfig` },
    clusterCIDR: network.cluster,
    oomScoreAdj: 0,
    conntrack: { maxPerCore: 0, min: 0 },
    healthzBindAddress: "",
    metricsBindAddress: "127.0.0.1:10249",
    iptables: { syncPeriod: "30s", minSyncPeriod: "0s" },
  };
}

// Names of the cluster and `host.internal`; nothing is forwarded, so no pod can depend on the world outside.
function nameServer(folder: string): string {
  return `.:53 {
  bind ${network.node}
  errors
  hosts {
    ${network.host} host.internal
    fallthrough
  }
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${folder}/coredns.kubeconfig
  }
  cache 5
}
`;
}

/** Writes the configuration of every daemon of the node into `folder`, whose sub-folders exist. */
export function writeNodeConfiguration(folder: string): void {
  const write = (name: string, content: string | object): void => {
    writeFileSync(
      join(folder, name),
      typeof content === "string" ? content : JSON.stringify(content, null, 2),
    );
  };
  write("containerd.toml", containerdConfiguration(folder));
  write("cni/10-bridge.conflist", podNetwork(folder));
  write("kubelet.json", kubeletConfiguration(folder)); // JSON is YAML too
  write("kube-proxy.json", proxyConfiguration(folder));
  write("Corefile", nameServer(folder));
}
