import { z } from "zod";
import { roles } from "../access/actor.ts";
import { readRoute, type Route } from "../http/route.ts";

/** Who asks, as the server sees it. */
export const meRoutes: readonly Route[] = [
  readRoute({
    path: "/me",
    role: "viewer",
    tag: "Access",
    summary: "Who you are here, and what you may do",
    answer: z
      .object({
        name: z.string(),
        roles: z.array(z.enum(roles)),
        via: z.enum(["session", "oidc", "service-account"]),
      })
      .meta({ id: "Me" }),
    read: (_input, { actor }) =>
      Promise.resolve({ name: actor.name, roles: [...actor.roles], via: actor.via }),
  }),
];
