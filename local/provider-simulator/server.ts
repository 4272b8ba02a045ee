import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Provider, ProviderDecision } from "./provider.ts";
import type { ReceiptSender } from "./receipt-sender.ts";

const channelPath = /^\/v1\/([a-z][a-z0-9-]*)$/;

/** The provider's HTTP interface: `POST /v1/{channel}`, `POST /clock`, `GET /stats`, `GET /receipts`. */
export function createProviderServer(
  provider: Provider,
  delayMs: number,
  receipts: ReceiptSender | null = null,
): Server {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      if (request.url === "/receipts") json(response, 200, receipts?.stats ?? {});
      else answer(provider, { request, response, body, delayMs });
    });
  });
  // A consumer's pool keeps its connections for half a minute; the server must not close one that is about to be used.
  server.keepAliveTimeout = 120_000;
  return server;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  readonly delayMs: number;
}

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      resolve(Buffer.concat(chunks));
    });
  });
}

function answer(provider: Provider, exchange: Exchange): void {
  const { request, response, body } = exchange;
  const channel = channelPath.exec(request.url ?? "")?.[1];
  if (channel !== undefined && request.method === "POST") {
    receive(provider, channel, exchange);
  } else if (request.url === "/stats") {
    json(response, 200, provider.stats);
  } else if (request.url === "/clock" && request.method === "POST") {
    provider.setClockOffset(Number((JSON.parse(body.toString()) as { offsetMs: unknown }).offsetMs));
    json(response, 200, {});
  } else {
    json(response, 404, { error: "no such path" });
  }
}

// The decision, and with it the log line, is made on arrival: a sender that dies during the delay was accepted.
function receive(provider: Provider, channel: string, { request, response, body, delayMs }: Exchange): void {
  const key = request.headers["idempotency-key"];
  const recipient = recipientOf(body);
  if (typeof key !== "string" || recipient === null) {
    json(response, 400, { error: "needs an idempotency-key header and a JSON body with `to`" });
    return;
  }
  const decision = provider.decide({ key, channel, recipient });
  // A disk that does not take the log ends the process by this rejection: nothing is answered without its witness.
  const durable = provider.durable();
  setTimeout(() => {
    void durable.then(() => {
      respond(response, decision);
    });
  }, delayMs);
}

/** Most senders put the recipient first: parsing the whole mail for it would be half of the simulator's work. */
const recipientFirst = /^\{"to":"([^"\\]*)"/;

function recipientOf(body: Buffer): string | null {
  const first = recipientFirst.exec(body.toString("latin1", 0, 400))?.[1];
  if (first !== undefined) return first;
  try {
    const { to } = JSON.parse(body.toString()) as { to?: unknown };
    return typeof to === "string" ? to : null;
  } catch {
    return null;
  }
}

function respond(response: ServerResponse, decision: ProviderDecision): void {
  switch (decision.outcome) {
    case "accept":
      json(response, 200, { id: decision.messageId });
      return;
    case "transient":
      json(response, 503, { error: "try again later" });
      return;
    case "permanent":
      json(response, 422, { error: "mailbox unavailable" });
      return;
    case "accept-then-cut":
      response.destroy();
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
