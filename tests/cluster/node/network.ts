import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { serviceNetwork } from "../control-plane-flags.ts";

const run = promisify(execFile);

/**
 * The node has a network namespace of its own, joined to this machine by one pair of interfaces, so that kube-proxy's
 * rules, bridges and ip_forward do not touch the machine.
 */
export const network = {
  namespace: "billing-node",
  /** This machine, as the node and its pods reach it: `host.internal`. */
  host: "10.90.0.1",
  node: "10.90.0.2",
  pods: "10.244.1.0/24",
  /** Of all nodes; there is one. */
  cluster: "10.244.0.0/16",
};

const hostInterface = "veth-billing";

/** Command and arguments that run a program in the node's namespace. Not `ip netns exec`, which hides the cgroups. */
export function inNodeNetwork(program: string, args: readonly string[]): [string, string[]] {
  return ["nsenter", [`--net=/run/netns/${network.namespace}`, program, ...args]];
}

async function ip(...args: readonly string[]): Promise<void> {
  await run("ip", args);
}

/** Creates the namespace and the routes to pods and Services; they go with `removeNetwork`. */
export async function createNetwork(): Promise<void> {
  const { namespace, host, node, pods } = network;
  await ip("netns", "add", namespace);
  await ip("link", "add", hostInterface, "type", "veth", "peer", "name", "eth0", "netns", namespace);
  await ip("addr", "add", `${host}/30`, "dev", hostInterface);
  await ip("link", "set", hostInterface, "up");
  await ip("-n", namespace, "link", "set", "lo", "up");
  await ip("-n", namespace, "addr", "add", `${node}/30`, "dev", "eth0");
  await ip("-n", namespace, "link", "set", "eth0", "up");
  await ip("-n", namespace, "route", "add", "default", "via", host);
  // So that this machine reaches pods (replies, webhooks, aggregated APIs) and ClusterIPs.
  await ip("route", "add", pods, "via", node);
  await ip("route", "add", serviceNetwork.range, "via", node);
  const [command, args] = inNodeNetwork("sysctl", ["-qw", "net.ipv4.ip_forward=1"]);
  await run(command, args);
  const [bridge, bridgeArgs] = inNodeNetwork("sysctl", ["-qw", "net.bridge.bridge-nf-call-iptables=1"]);
  await run(bridge, bridgeArgs);
}

/** Removes what `createNetwork` made; nothing if there is nothing. */
export async function removeNetwork(): Promise<void> {
  if (!existsSync(`/run/netns/${network.namespace}`)) return;
  await ip("link", "del", hostInterface).catch(() => undefined); // its routes go with it
  await ip("netns", "del", network.namespace);
}
