import type { Request, RequestHandler, Response } from "express";
import { z } from "zod";
import { mayAct } from "../access/actor.ts";
import { bearerToken } from "../access/authenticate.ts";
import { ownRoute } from "../http/described-route.ts";
import { requireRole, type Authenticate } from "../http/mount-routes.ts";
import { HttpProblem } from "../http/problem.ts";
import type { EventHub } from "./event-hub.ts";
import { streamRoute } from "../metrics.ts";
import { topicNames, type TopicName } from "./topics.ts";

/** The stream, as it is described and listed. */
export const eventRoute = ownRoute({
  ...{ kind: "stream", method: "get", path: "/events", role: "viewer", tag: "Events" },
  summary: "What changes, as it changes: server-sent events, until the client goes or its session ends",
  description:
    "An event is named like its topic; its text is JSON, and says what the topic says now. `Last-Event-ID` leaves out what was told before. It never ends by itself.",
  query: z.object({
    topics: z
      .string()
      .optional()
      .describe(`Some of ${topicNames.join(", ")}, comma-separated; without it, all of them`),
  }),
  answer: z.string(),
});

/** What the stream works with. */
export interface StreamParts {
  readonly hub: EventHub;
  readonly authenticate: Authenticate;
  /** Whether the request's session still stands; looking does not count as use of it. */
  readonly isStillIn: (request: Request) => Promise<boolean>;
  /** Between two lines that keep the connection open, and two looks at the session. [15 s] */
  readonly heartbeatMs?: number;
  /** Streams at once of one process: each holds a connection. [500] */
  readonly most?: number;
}

/** A listener that does not read, a laptop gone to sleep, is let go here: what waits for it lies in memory. */
const mostUnreadBytes = 1_000_000;

/** `GET /api/v1/events?topics=runs,queue`. */
export function eventStream(parts: StreamParts): RequestHandler {
  const { hub, authenticate, most = 500 } = parts;
  let open = 0;
  return async (request, response, next) => {
    if (request.method !== "GET") {
      next();
      return;
    }
    const actor = await authenticate(request);
    requireRole(actor, eventRoute);
    const wanted = wantedTopics(request);
    if (open >= most) {
      throw new HttpProblem(503, "too-many-streams", "too many listen already", { retryAfterS: 30 });
    }
    open += 1;
    response.once("close", () => {
      open -= 1;
    });
    response.locals["route"] = streamRoute;
    begin(response);
    const stop = hub.listen(wanted, request.get("last-event-id"), ({ id, topic, text }) => {
      if (response.writableLength > mostUnreadBytes) response.destroy();
      else response.write(`id: ${id}\nevent: ${topic}\ndata: ${text}\n\n`);
    });
    response.once("close", stop);
    keepOpen(request, response, parts);
  };
}

function wantedTopics(request: Request): ReadonlySet<TopicName> {
  const { topics } = request.query;
  const given = typeof topics === "string" && topics !== "" ? topics.split(",") : [...topicNames];
  const known: readonly string[] = topicNames;
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length === 0) return new Set(given as TopicName[]);
  const fields = [{ in: "query" as const, field: "topics", message: `must be some of ${known.join(", ")}` }];
  throw new HttpProblem(400, "invalid-request", "there are no such topics", { fields });
}

function begin(response: Response): void {
  response.status(200).set({
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store, private",
    // A proxy that collects answers would hold events back.
    "X-Accel-Buffering": "no",
  });
  response.flushHeaders();
  response.write("retry: 2000\n\n");
}

function keepOpen(request: Request, response: Response, parts: StreamParts): void {
  const { heartbeatMs = 15_000 } = parts;
  const beat = async (): Promise<void> => {
    if (await mayStay(request, parts)) response.write(": still here\n\n");
    else response.end("event: session-ended\ndata: null\n\n");
  };
  const timer = setInterval(() => void beat(), heartbeatMs);
  timer.unref();
  response.once("close", () => clearInterval(timer));
}

/** A token is read again, a session looked up. While neither can be asked, whoever is in stays: the next look tells. */
async function mayStay(request: Request, { authenticate, isStillIn }: StreamParts): Promise<boolean> {
  try {
    if (bearerToken(request) === undefined) return await isStillIn(request);
    return mayAct(await authenticate(request), "viewer");
  } catch (error) {
    return !(error instanceof HttpProblem && error.status === 401);
  }
}
