import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between processes and a server, and passes bytes on until told otherwise. */
export interface TcpProxy {
  readonly port: number;
  /** Each connection ends after half of what the server says next; at once where it says nothing for a while. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

const silentMs = 1_000;

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  cutNext: boolean;
}

/** Starts a proxy on a free port before `port` of this machine. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  const connections = new Set<Connection>();
  const listener = createServer((client) => {
    join(connections, client, connect({ port, host: "127.0.0.1" }));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    cut() {
      const present = [...connections];
      for (const connection of present) connection.cutNext = true;
      setTimeout(() => {
        for (const connection of present) end(connection);
      }, silentMs);
    },
    async close() {
      for (const connection of connections) end(connection);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function join(connections: Set<Connection>, client: Socket, server: Socket): void {
  const connection: Connection = { client, server, cutNext: false };
  connections.add(connection);
  const finish = (): void => {
    connections.delete(connection);
    end(connection);
  };
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on("error", finish);
    socket.on("close", finish);
  }
  client.pipe(server);
  server.on("data", (chunk: Buffer) => {
    if (!connection.cutNext) {
      if (!client.write(chunk)) server.pause();
      return;
    }
    server.removeAllListeners("data");
    client.write(chunk.subarray(0, Math.floor(chunk.length / 2)), finish);
  });
  client.on("drain", () => server.resume());
}

function end({ client, server }: Connection): void {
  client.destroy();
  server.destroy();
}
