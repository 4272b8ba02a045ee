import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ISocketFactory } from "kafkajs";

const keepAliveMs = 60_000;

/**
 * Sockets for kafkajs. It keeps what it has read of a reply that a broken connection cut off, and reads the next
 * connection's replies behind it (tulios/kafkajs#715): what it makes of them may throw in the socket's listener, where
 * nobody catches it and the process would end. Here that is an error of the connection, which the client tries again or gives up.
 */
export const kafkajsSocket: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const named = isIP(host) === 0 ? { servername: host } : {};
  // The client's types promise an object, also where there is no TLS.
  const secured = ssl as typeof ssl | undefined | null;
  const socket = secured
    ? connectTls({ host, port, ...named, ...secured }, onConnect)
    : connectTcp({ host, port }, onConnect);
  socket.setKeepAlive(true, keepAliveMs);
  const listen: typeof socket.on = socket.on.bind(socket);
  socket.on = ((event: string, listener: (...given: unknown[]) => void) => {
    if (event !== "data") return listen(event, listener);
    return listen(event, (part) => {
      try {
        listener(part);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }) as typeof socket.on;
  return socket;
};
