import { z } from "zod";
import type { Role } from "../access/actor.ts";
import type { Route } from "./route.ts";

/** Who may call: who has the role, or anybody, signed in or not. */
export type Audience = Role | "anybody";

/** A route as OpenAPI, the table of routes and the role matrix know it, whoever mounts it. */
export interface DescribedRoute extends Pick<
  Route,
  "method" | "path" | "tag" | "summary" | "description" | "params" | "query" | "body" | "answer"
> {
  readonly kind: Route["kind"] | "stream" | "session";
  readonly role: Audience;
  readonly conditional?: boolean;
  /** What stands before its path, where that is not the description's own base. */
  readonly base?: string;
}

/** What the table of routes says of one; `path` is the whole, parameters stand in braces. */
export type WholeRoute = Pick<DescribedRoute, "method" | "path" | "role" | "tag" | "summary">;

type OwnDefinition = Omit<DescribedRoute, "params" | "query" | "body"> &
  Partial<Pick<DescribedRoute, "query" | "body">>;

const none = z.object({});

/** A route that its own code mounts: it streams, or works with nobody signed in. A test compares what is described with what is mounted. */
export function ownRoute(definition: OwnDefinition): DescribedRoute {
  return { params: none, query: none, body: null, ...definition };
}
