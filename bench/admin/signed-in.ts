import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Call } from "./ask.ts";

/** An answer that was read to its end. */
export interface TimedAnswer {
  readonly ms: number;
  readonly bytes: number;
}

/** Somebody who is signed in, over connections that stay open as a browser's do. */
export interface SignedIn extends Disposable {
  /** Throws for any status but 200: how long an error takes says nothing. */
  readonly time: (call: Call) => Promise<TimedAnswer>;
  /** A changing call under a fresh command id; its answer. */
  readonly order: (path: string, body: object) => Promise<TimedAnswer>;
}

/** Signs in at the admin server. */
export async function signIn(url: string, name: string, password: string): Promise<SignedIn> {
  const agent = new Agent({ keepAlive: true });
  const response = await fetch(`${url}/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name, password }),
  });
  if (!response.ok) throw new Error(`${name} cannot sign in: ${await response.text()}`);
  const cookies = response.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
  const csrf = cookies.find((cookie) => cookie.startsWith("billing_csrf="))?.split("=")[1] ?? "";
  const headers = { cookie: cookies.join("; "), "x-csrf-token": csrf };
  return {
    time: (call) => exchange({ url, agent, headers }, call),
    order: (path, body) => {
      const ordering = { ...headers, "idempotency-key": crypto.randomUUID() };
      return exchange({ url, agent, headers: ordering }, { path, body });
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

interface Connection {
  readonly url: string;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
}

async function exchange(connection: Connection, call: Call): Promise<TimedAnswer> {
  const startMs = performance.now();
  const { status, body } = await sendOnce(connection, call).catch((error: unknown) => {
    // The server may close a connection that was idle just as it is used again; browsers send once more, too.
    if (error instanceof Error && "code" in error && error.code === "ECONNRESET")
      return sendOnce(connection, call);
    throw error;
  });
  const ms = performance.now() - startMs;
  if (status !== 200) throw new Error(`${call.path} answered ${status}: ${body.toString("utf8")}`);
  return { ms, bytes: body.length };
}

async function sendOnce(
  { url, agent, headers }: Connection,
  { path, body }: Call,
): Promise<{ readonly status: number; readonly body: Buffer }> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const method = text === undefined ? "GET" : "POST";
  const typed = text === undefined ? headers : { ...headers, "content-type": "application/json" };
  const sent = request(url + path, { agent, method, headers: typed });
  sent.end(text);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await buffer(response) };
}
