import { Router, type Request, type Response } from "express";
import { z } from "zod";
import type { AdminContext } from "../context.ts";
import { parseInput, requireRole, type Authenticate } from "../http/mount-routes.ts";
import { HttpProblem, notFound } from "../http/problem.ts";
import { readRoute, type RequestContext, type Route } from "../http/route.ts";
import { type TmfPage, type TmfRange, type TmfResource } from "./resource.ts";

const maxLimit = 200;
/** Rows before the offset are read and dropped; who wants to go further follows `Link`. */
const maxOffset = 1_000;

const fieldsQuery = {
  fields: z
    .string()
    .regex(/^[@\w]+(,[@\w]+)*$/, "names of fields, comma-separated")
    .optional()
    .describe("Only these; `id` and `href` always"),
};
const rangeQuery = {
  offset: z.coerce.number().int().min(0).max(maxOffset).default(0).describe("Beyond it, follow `Link`"),
  limit: z.coerce.number().int().min(1).max(maxLimit).default(50),
  cursor: z
    .string()
    .regex(/^[\w-]{1,500}$/)
    .optional()
    .describe("As in `Link`, rel=next"),
};

/** One resource with the two routes by which it is read. */
interface MountedResource {
  readonly resource: TmfResource;
  readonly collection: Route;
  readonly one: Route;
}

/** The routes of a resource; mounted by `tmfRouter`, described and checked for roles as any other. */
export function routesOfResource(resource: TmfResource): MountedResource {
  const { name, summary, description, schema, filter, list, get } = resource;
  const head = { role: "viewer", tag: name, ...(description !== undefined && { description }) } as const;
  return {
    resource,
    collection: readRoute({
      ...head,
      path: `/${name}`,
      summary,
      query: filter.extend({ ...fieldsQuery, ...rangeQuery }),
      answer: z.array(schema),
      read: async ({ query }, context) => (await list(query, query as unknown as TmfRange, context)) as never,
    }),
    one: readRoute({
      ...head,
      path: `/${name}/{id}`,
      summary: `${summary}: one by id`,
      params: z.object({ id: z.string().min(1).max(100) }),
      query: z.object(fieldsQuery),
      answer: schema,
      read: async ({ params: { id } }, context) => {
        const found = await get(id, context);
        if (found === null) throw notFound(`${name} ${id}`);
        return found as never;
      },
    }),
  };
}

/** A router of these resources, in the manner of TMF630: `fields`, `offset`, `limit`, `Link`, `X-Total-Count` where cheap. */
export function tmfRouter(
  resources: readonly MountedResource[],
  context: AdminContext,
  authenticate: Authenticate,
): Router {
  const router = Router();
  const prepare = async (route: Route, request: Request, response: Response) => {
    response.locals["route"] = request.baseUrl + route.path;
    const actor = await authenticate(request);
    requireRole(actor, route);
    const { requestId } = response.locals as { requestId: string };
    const input = parseInput(route, request);
    const { fields } = input.query as { fields?: string };
    response.set("Cache-Control", "no-store, private");
    return { input, pick: picker(fields), context: { ...context, actor, requestId } as RequestContext };
  };
  for (const { collection, one, resource } of resources) {
    router.get(collection.path, async (request, response) => {
      const { input, pick, context: own } = await prepare(collection, request, response);
      const page = (await collection.run(input, own)) as TmfPage;
      setRange(request, response, page);
      response.json(checked(collection, page.items).map(pick));
    });
    router.get(`/${resource.name}/:id`, async (request, response) => {
      const { input, pick, context: own } = await prepare(one, request, response);
      response.json(pick(checked(one, await one.run(input, own))));
    });
  }
  return router;
}

/** As the schema says, after JSON; an answer that does not fit is our error. */
function checked<Value>(route: Route, value: Value): Value {
  return route.answer.parse(JSON.parse(JSON.stringify(value))) as Value;
}

function picker(fields: string | undefined): (value: unknown) => unknown {
  if (fields === undefined) return (value) => value;
  const wanted = new Set([...fields.split(","), "id", "href"]);
  return (value) => Object.fromEntries(Object.entries(value as object).filter(([name]) => wanted.has(name)));
}

function setRange(request: Request, response: Response, page: TmfPage): void {
  const { items, next, total, offsetLeft = 0 } = page;
  response.set("X-Result-Count", String(items.length));
  if (total !== null) response.set("X-Total-Count", String(total));
  if (next === null) return;
  const query = new URLSearchParams(request.query as Record<string, string>);
  query.delete("offset");
  if (offsetLeft > 0) query.set("offset", String(offsetLeft));
  query.set("cursor", next);
  response.set("Link", `<${request.baseUrl}${request.path}?${query.toString()}>; rel="next"`);
}

/** Thrown by a collection that cannot be asked for so. */
export function wrongFilter(field: string, message: string): HttpProblem {
  return new HttpProblem(400, "invalid-request", "what was sent is wrong; see errors", {
    fields: [{ in: "query", field, message }],
  });
}
