import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../cluster/certificates.ts";
import type { ClusterAccess } from "../cluster/control-plane.ts";
import type { FakeKubelet } from "../cluster/fake-kubelet.ts";
import { kubectlOk } from "../cluster/kubectl.ts";

/**
 * Serves the logs of a fake kubelet's pods where a kubelet does, so that the API server answers for `pods/log` as in a
 * cluster. Returns what ends it.
 */
export async function serveLogs(cluster: ClusterAccess, kubelet: FakeKubelet): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "kubelet-logs-"));
  const authority = await createAuthority(folder, "authority");
  await authority.issue({ name: "kubelet", subject: "/CN=kubelet", hosts: ["IP:127.0.0.1"] });
  const read = (file: string): Buffer => readFileSync(join(folder, file));
  const server = createServer(
    { cert: read("kubelet.crt"), key: read("kubelet.key") },
    (request, response) => {
      const [, pod] = /^\/containerLogs\/[^/]+\/([^/]+)\//.exec(request.url ?? "") ?? [];
      response.writeHead(pod === undefined ? 404 : 200, { "content-type": "text/plain" });
      response.end(pod === undefined ? "" : kubelet.logOf(pod));
    },
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const status = {
    addresses: [{ type: "InternalIP", address: "127.0.0.1" }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  };
  const nodes = await kubectlOk(cluster, ["get", "nodes", "-o", "name"]);
  for (const node of nodes
    .trim()
    .split("\n")
    .filter((name) => name.includes("/played-"))) {
    const patch = JSON.stringify({ status });
    await kubectlOk(cluster, ["patch", node, "--subresource=status", "--type=merge", "--patch", patch]);
  }
  return () => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  };
}
