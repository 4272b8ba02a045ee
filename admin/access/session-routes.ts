import { Router } from "express";
import { z } from "zod";
import { deleteSession, insertSession } from "../../database/admin-sessions/admin-sessions.ts";
import { recordAudit } from "../../database/audit/record-audit.ts";
import type { Pool } from "../../platform/postgres.ts";
import { HttpProblem } from "../http/problem.ts";
import { checkPassword, type LocalUser } from "./local-users.ts";
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

/** `POST /session` signs in, `GET` says who is signed in, `DELETE` signs out. */
export function sessionRoutes({ pool, users, secureCookies }: SessionParts): Router {
  const router = Router();
  router.post("/", async (request, response) => {
    const given = credentials.safeParse(request.body);
    const user = given.success ? checkPassword(users, given.data.name, given.data.password) : null;
    if (user === null) throw new HttpProblem(401, "wrong-password", "name or password is wrong");
    const tokens = { session: newToken(), csrf: newToken() };
    const row = { actor: user.name, roles: user.roles, csrfHash: hashOf(tokens.csrf) };
    await insertSession(pool, hashOf(tokens.session), row, sessionHours);
    await recordAudit(pool, { actor: user.name, action: "session.start", subject: `person:${user.name}` });
    setCookies(response, tokens, secureCookies);
    response.json({ name: user.name, roles: user.roles });
  });
  router.get("/", async (request, response) => {
    const actor = await sessionActor(pool, request);
    response.set("Cache-Control", "no-store, private");
    response.json(actor === null ? null : { name: actor.name, roles: [...actor.roles] });
  });
  router.delete("/", async (request, response) => {
    const actor = await sessionActor(pool, request);
    const token = sessionToken(request);
    if (actor !== null && token !== undefined) await deleteSession(pool, hashOf(token));
    setCookies(response, null, secureCookies);
    response.json(null);
  });
  return router;
}
