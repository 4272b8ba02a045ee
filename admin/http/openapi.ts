import { z } from "zod";
import { createDocument, type ZodOpenApiPathsObject } from "zod-openapi";
import { ifMatchForm } from "./precondition.ts";
import { problemBody } from "./problem.ts";
import type { DescribedRoute } from "./described-route.ts";

const problems = (...statuses: readonly string[]): Record<string, object> =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: "a problem", content: { "application/problem+json": { schema: problemBody } } },
    ]),
  );

/** What a description says of all its routes. */
export interface ApiHead {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Path before each route's. */
  readonly base: string;
}

const ownHead: ApiHead = {
  title: "billing-operator",
  version: "v1",
  description:
    "Runs, bills, messages and their commands. Every changing call carries an `Idempotency-Key` of the caller's making: sent again, it is answered again and executed once.",
  base: "/api/v1",
};

/** The OpenAPI 3.1 description of these routes, from the very schemas that check them. */
export function describeRoutes(
  routes: readonly DescribedRoute[],
  { base, ...info }: ApiHead = ownHead,
): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const servers =
      route.base === undefined ? {} : { servers: [{ url: route.base === "" ? "/" : route.base }] };
    paths[route.path] = { ...servers, ...paths[route.path], [route.method]: operation(route) };
  }
  return createDocument({
    openapi: "3.1.1",
    info: { ...info, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    servers: [{ url: base }],
    security: [{ bearer: [] }, { session: [] }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "OIDC access token or Kubernetes service-account token",
        },
        session: { type: "apiKey", in: "cookie", name: "billing_session" },
      },
    },
    paths,
  });
}

/** One of them is needed. */
const preconditions = {
  "If-Match": z.string().regex(ifMatchForm).optional().describe("ETag of what is replaced, as it was read"),
  "If-None-Match": z.literal("*").optional().describe("Make a new one"),
};

const answerTypes: Partial<Record<DescribedRoute["kind"], string>> = {
  page: "text/html",
  stream: "text/event-stream",
};

function operation(route: DescribedRoute): object {
  const { kind, summary, description, tag, role, params, query, body, answer, conditional } = route;
  const changes = kind === "command" || kind === "external";
  const header = z.object({
    "Idempotency-Key": z.guid().describe("Command id, of the caller's making"),
    ...(conditional && preconditions),
  });
  const csv = kind === "list" && { "text/csv": { schema: z.string() } };
  return {
    operationId: operationId(route),
    tags: [tag],
    summary,
    description: `${description === undefined ? "" : `${description}\n\n`}Role: \`${role}\`.`,
    "x-role": role,
    ...(role === "anybody" && { security: [] }),
    requestParams: { path: params, query, ...(changes && { header }) },
    ...(body !== null && {
      requestBody: { required: true, content: { "application/json": { schema: body } } },
    }),
    responses: {
      "200": {
        description: "done",
        content: { [answerTypes[kind] ?? "application/json"]: { schema: answer }, ...csv },
      },
      ...problems("400", "401", "403", "404", "409", "429", "500", "503"),
      ...((changes || body !== null) && problems("413", "415")),
      ...(changes && problems("422")),
      ...(conditional && problems("412", "428")),
    },
  };
}

/** `getRunsName`: method and path, which are unique together. */
function operationId({ method, path }: DescribedRoute): string {
  const words = path.split(/[^\w]+/).filter((word) => word !== "");
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}
