import { Router, type Request, type Response } from "express";
import type { z } from "zod";
import { mayAct, type Actor } from "../access/actor.ts";
import type { AdminContext } from "../context.ts";
import { writeCsv } from "./csv.ts";
import type { DescribedRoute } from "./described-route.ts";
import { executeRoute, idempotencyKey, idempotencyKeyProblems } from "./execute.ts";
import { readPrecondition } from "./precondition.ts";
import { HttpProblem, type FieldProblem } from "./problem.ts";
import type { AnyInput, RequestContext, Route } from "./route.ts";

/** Who sent a request: throws a 401 or 403 problem when nobody may have. */
export type Authenticate = (request: Request) => Promise<Actor>;

/** A router of these routes: each call authenticated, allowed by role, its input parsed, its answer checked. */
export function mountRoutes(
  routes: readonly Route[],
  context: AdminContext,
  authenticate: Authenticate,
): Router {
  const router = Router();
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ":$1");
    router[route.method](path, async (request, response) => {
      response.locals["route"] = request.baseUrl + route.path;
      const actor = await authenticate(request);
      requireRole(actor, route);
      const { requestId } = response.locals as { requestId: string };
      await answer(route, { request, response }, { ...context, actor, requestId });
    });
  }
  return router;
}

/** Throws a 403 problem when this person may not use the route. */
export function requireRole(actor: Actor, { role }: Pick<DescribedRoute, "role">): void {
  if (role === "anybody" || mayAct(actor, role)) return;
  throw new HttpProblem(403, "not-allowed", `this needs the role ${role}`);
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
}

async function answer(route: Route, exchange: Exchange, context: RequestContext): Promise<void> {
  const { request, response } = exchange;
  const parsed = parseInput(route, request);
  const input = route.conditional ? { ...parsed, precondition: readPrecondition(request) } : parsed;
  switch (route.kind) {
    case "list":
      if (request.accepts(["json", "csv"]) === "csv") await writeCsv({ route, input, context }, response);
      else send(response, route, await route.run(input, context));
      return;
    case "read":
      send(response, route, await route.run(input, context));
      return;
    case "page":
      response.set(pageHeaders).send(route.answer.parse(await route.run(input, context)));
      return;
    case "command":
    case "external": {
      const outcome = await executeRoute(route, idempotencyKey(request), input, context);
      if (outcome.kind === "id-taken") {
        const detail = `this Idempotency-Key was used for another command (${outcome.byKind}); nothing was done`;
        throw new HttpProblem(422, "idempotency-key-reused", detail);
      }
      if (outcome.kind === "repeated") response.set("Idempotency-Replayed", "true");
      const { state, answer: told } = outcome.effect;
      if (state === "refused") throw refusal(told);
      send(response, route, told);
    }
  }
}

/** Nothing in the document runs, sends or fetches, whatever a name or a template holds; only our own pages frame it. */
const pageHeaders = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox",
  "Cache-Control": "no-store, private",
};

/** What a refused command answers: `why` and `code` of its answer, if it says so. */
function refusal(told: object): HttpProblem {
  const { why, code, status } = told as { why?: unknown; code?: unknown; status?: unknown };
  return new HttpProblem(
    typeof status === "number" ? status : 409,
    typeof code === "string" ? code : "refused",
    typeof why === "string" ? why : JSON.stringify(told),
  );
}

/** The answer as its schema says: fields that it does not name are left out, an answer that does not fit is our error. */
function send(response: Response, route: Route, value: unknown): void {
  response.set("Cache-Control", "no-store, private");
  const answer = route.answer.parse(JSON.parse(JSON.stringify(value)));
  if (route.versionOf !== null) response.set("ETag", `"${route.versionOf(answer)}"`);
  response.json(answer);
}

type Expected = Pick<DescribedRoute, "kind" | "params" | "query" | "body">;

/** What was sent, by the route's schemas; all that is wrong at once is a 400 problem. */
export function parseInput({ kind, params, query, body }: Expected, request: Request): AnyInput {
  const problems: FieldProblem[] = [];
  const parse = (place: FieldProblem["in"], schema: z.ZodType, value: unknown): unknown => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) {
      problems.push({ in: place, field: path.map(String).join("."), message });
    }
    return undefined;
  };
  const input = {
    params: parse("path", params, request.params),
    query: parse("query", query.strict(), request.query),
    body: body === null ? null : parse("body", body, request.body ?? {}),
  };
  const ofKey = kind === "command" || kind === "external" ? idempotencyKeyProblems(request) : [];
  const fields = [...problems, ...ofKey];
  if (fields.length === 0) return input;
  if (problems.length > 0) {
    throw new HttpProblem(400, "invalid-request", "what was sent is wrong; see errors", { fields });
  }
  throw new HttpProblem(400, "idempotency-key-missing", "a changing call needs an Idempotency-Key", {
    fields,
  });
}
