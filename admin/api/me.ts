import { person } from "../access/actor.ts";
import { readRoute, type Route } from "../http/route.ts";

/** Who asks, as the server sees it. */
export const meRoutes: readonly Route[] = [
  readRoute({
    path: "/me",
    role: "viewer",
    tag: "Access",
    summary: "Who you are here, and what you may do",
    answer: person,
    read: (_input, { actor }) =>
      Promise.resolve({ name: actor.name, roles: [...actor.roles], via: actor.via }),
  }),
];
