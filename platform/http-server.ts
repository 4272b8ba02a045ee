import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a server listens; port 0 = any. */
export interface ListenAddress {
  readonly port: number;
  readonly host: string;
}

/** Bounds how long a stranger's connection may take, for servers that face the internet. */
export function limitConnections(server: Server): Server {
  // A request that dribbles in must not hold a place for minutes.
  server.headersTimeout = 10_000;
  server.requestTimeout = 20_000;
  // Longer than proxies in front keep theirs, so that the server never closes a connection that is about to be used.
  server.keepAliveTimeout = 75_000;
  return server;
}

/** Resolves with the port when connections are accepted; rejects when it cannot be had. */
export function listenOn(server: Server, { port, host }: ListenAddress): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Takes no new connection, and gives what is under way until the deadline; a stream without an end outlives it. */
export async function closeServer(server: Server, deadlineMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(deadlineMs, undefined, { ref: false })]);
}
