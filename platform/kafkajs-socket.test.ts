import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { kafkajsSocket } from "./kafkajs-socket.ts";

test("what a reply makes the client throw is an error of the connection, and reaches nobody else", async (t) => {
  const server = createServer((client) => client.end("half a reply"));
  server.listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const socket = kafkajsSocket({
    host: "127.0.0.1",
    port,
    ssl: undefined as never,
    onConnect: () => undefined,
  });
  socket.on("data", () => {
    throw new RangeError("Attempt to access memory outside buffer bounds");
  });
  const [error] = (await once(socket, "error")) as [Error];
  assert.equal(error.name, "RangeError");
  assert.equal(socket.destroyed, true);
});
