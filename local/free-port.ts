import { createServer } from "node:net";

/**
 * A TCP port of 127.0.0.1 that nobody listens on now. Another process may take it before the caller does, so a
 * server that fails to bind is to be started on a new one.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port was assigned"));
        else resolve(address.port);
      });
    });
  });
}
