import { Router, type RequestHandler } from "express";
import { z } from "zod";
import { deleteSession, insertSession } from "../../database/admin-sessions/admin-sessions.ts";
import { recordAudit } from "../../database/audit/record-audit.ts";
import type { Pool } from "../../platform/postgres.ts";
import { ownRoute, type DescribedRoute } from "../http/described-route.ts";
import { parseInput, type Authenticate } from "../http/mount-routes.ts";
import { HttpProblem } from "../http/problem.ts";
import { notSignedIn } from "./authenticate.ts";
import { checkPassword, type LocalUser } from "./local-users.ts";
import { person, type Actor } from "./actor.ts";
import { hashOf, newToken, sessionActor, sessionToken, setCookies } from "./sessions.ts";

/** Sign-in with a password of this installation. */
export interface SessionParts {
  readonly pool: Pool;
  readonly users: ReadonlyMap<string, LocalUser>;
  /** Cookies only over TLS. */
  readonly secureCookies: boolean;
}

const sessionHours = 12;

const credentials = z.object({ name: z.string().min(1).max(100), password: z.string().min(1).max(200) });

/** What a page asks first. */
export const standing = z
  .object({
    person: person.nullable().describe("By token or cookie; without roles they may do nothing"),
    password: z.boolean().describe("Whether people sign in here by a password"),
  })
  .meta({ id: "Standing" });

const head = { kind: "session", base: "", path: "/session", role: "anybody", tag: "Access" } as const;

const signIn = ownRoute({
  ...{ ...head, method: "post" },
  summary: "Sign in with a password of this installation: sets the cookies of a session",
  body: credentials,
  answer: person,
});
const look = ownRoute({
  ...{ ...head, method: "get" },
  summary: "Who is signed in, if anybody, and whether there are passwords here",
  answer: standing,
});
const signOut = ownRoute({
  ...{ ...head, method: "delete" },
  summary: "Sign out: ends the session of the cookies, and takes them away",
  description: "With the value of the cookie `billing_csrf` as `X-CSRF-Token`.",
  answer: z.null(),
});

/** As they are described and listed. */
export const sessionRoutes: readonly DescribedRoute[] = [look, signIn, signOut];

interface RouterParts extends SessionParts {
  readonly authenticate: Authenticate;
  /** Asked before a password is stretched, which takes 50 ms of the processor. */
  readonly limitSignIns: RequestHandler;
}

/** `POST /session` signs in, `GET` says who is signed in in whatever way, `DELETE` signs out. */
export function sessionRouter(parts: RouterParts): Router {
  const { pool, users, secureCookies, authenticate, limitSignIns } = parts;
  const router = Router();
  router.post("/", limitSignIns, async (request, response) => {
    const given = parseInput(signIn, request).body as z.output<typeof credentials>;
    const user = checkPassword(users, given.name, given.password);
    if (user === null) throw new HttpProblem(401, "wrong-password", "name or password is wrong");
    const tokens = { session: newToken(), csrf: newToken() };
    const row = { actor: user.name, roles: user.roles, csrfHash: hashOf(tokens.csrf) };
    await insertSession(pool, hashOf(tokens.session), row, sessionHours);
    await recordAudit(pool, { actor: user.name, action: "session.start", subject: `person:${user.name}` });
    setCookies(response, tokens, secureCookies);
    response.set("Cache-Control", "no-store, private");
    response.json(told({ name: user.name, roles: new Set(user.roles), via: "session" }));
  });
  router.get("/", async (request, response) => {
    parseInput(look, request);
    const actor = await authenticate(request).catch(nobody);
    response.set("Cache-Control", "no-store, private");
    response.json({ person: actor === null ? null : told(actor), password: users.size > 0 });
  });
  router.delete("/", async (request, response) => {
    parseInput(signOut, request);
    const actor = await sessionActor(pool, request);
    const token = sessionToken(request);
    if (actor !== null && token !== undefined) await deleteSession(pool, hashOf(token));
    setCookies(response, null, secureCookies);
    response.json(null);
  });
  return router;
}

const told = ({ name, roles, via }: Actor): z.output<typeof person> => ({ name, roles: [...roles], via });

/** A token that does not hold is told as what it is: a page that came with it must not ask for a password. */
function nobody(error: unknown): null {
  if (error instanceof HttpProblem && error.code === notSignedIn) return null;
  throw error;
}
