import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** Stands between consumers and a broker, and can keep back what is fetched. */
export interface FetchSilencer {
  readonly port: number;
  /** From now on the connections that are open get no answer to any fetch, and every other answer; new ones get all. */
  readonly silence: () => void;
  readonly close: () => void;
}

const fetchKey = 1;

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  readonly fetches: Set<number>;
  silent: boolean;
}

/** Starts one on a free port before the broker at `brokerPort`, which has to tell its clients of this port. */
export async function startFetchSilencer(brokerPort: number): Promise<FetchSilencer> {
  const connections = new Set<Connection>();
  const listener = createServer((client) => {
    const server = connect({ port: brokerPort, host: "127.0.0.1" });
    const connection = { client, server, fetches: new Set<number>(), silent: false };
    connections.add(connection);
    pass(connection, () => connections.delete(connection));
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    silence() {
      for (const connection of connections) connection.silent = true;
    },
    close() {
      for (const { client, server } of connections) {
        client.destroy();
        server.destroy();
      }
      listener.close();
    },
  };
}

function pass(connection: Connection, ended: () => void): void {
  const { client, server, fetches } = connection;
  const end = (): void => {
    client.destroy();
    server.destroy();
    ended();
  };
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on("error", end);
    socket.on("close", end);
  }
  // A request: length, API key, API version, correlation id. An answer: length, correlation id.
  client.on(
    "data",
    eachFrame((frame) => {
      if (frame.readInt16BE(4) === fetchKey) fetches.add(frame.readInt32BE(8));
      server.write(frame);
    }),
  );
  server.on(
    "data",
    eachFrame((frame) => {
      const wasFetched = fetches.delete(frame.readInt32BE(4));
      if (!(wasFetched && connection.silent)) client.write(frame);
    }),
  );
}

/** Puts together what TCP cuts anywhere: 4 bytes of length, and so many more. */
function eachFrame(take: (frame: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      take(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
