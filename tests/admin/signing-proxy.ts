import { createServer, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import type { TestContext } from "node:test";
import type { TestAdmin } from "./admin.ts";

/** A proxy in front of admin, as one that signs people in: it adds the token of whoever is signed in to all that a browser sends. */
export interface SigningProxy {
  readonly url: string;
  /** The token from now on; null = it passes everything as it came. */
  readonly signInAs: (token: string | null) => void;
}

/** Starts it; it ends with the test. */
export async function startSigningProxy(t: TestContext, admin: TestAdmin): Promise<SigningProxy> {
  let token: string | null = null;
  const server = createServer((incoming, outgoing) => {
    const { method, url = "/", headers } = incoming;
    const signed = token === null ? headers : { ...headers, authorization: `Bearer ${token}` };
    const onward = ask(new URL(url, admin.url), { method, headers: signed }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      // A browser that leaves a stream is no error.
      pipeline(answer, outgoing).catch(() => undefined);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    signInAs: (next) => {
      token = next;
    },
  };
}
