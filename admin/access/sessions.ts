import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { parseCookie } from "cookie";
import type { Request, Response } from "express";
import { findSession, sessionStands } from "../../database/admin-sessions/admin-sessions.ts";
import type { Pool } from "../../platform/postgres.ts";
import { HttpProblem } from "../http/problem.ts";
import type { Actor, Role } from "./actor.ts";

/** The browser sends it back by itself; scripts cannot read it. */
export const sessionCookie = "billing_session";
/** Scripts of our own pages read it and send it as `X-CSRF-Token`; another site's cannot. */
export const csrfCookie = "billing_csrf";

const idleMinutes = 60;

export const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();
export const newToken = (): string => randomBytes(32).toString("base64url");

/** The session token a request brings; undefined without one. */
export function sessionToken(request: Request): string | undefined {
  return parseCookie(request.get("cookie") ?? "")[sessionCookie];
}

/** Who is signed in by cookie; null when nobody is. A changing call without the session's CSRF token is refused. */
export async function sessionActor(pool: Pool, request: Request): Promise<Actor | null> {
  const token = sessionToken(request);
  if (token === undefined) return null;
  const session = await findSession(pool, hashOf(token), idleMinutes);
  if (session === null) return null;
  if (!["GET", "HEAD"].includes(request.method)) requireCsrfToken(request, session.csrfHash);
  return { name: session.actor, roles: new Set(session.roles as Role[]), via: "session" };
}

function requireCsrfToken(request: Request, wanted: Buffer): void {
  const given = hashOf(request.get("x-csrf-token") ?? "");
  if (timingSafeEqual(given, wanted)) return;
  throw new HttpProblem(403, "csrf", "send the value of the cookie billing_csrf as X-CSRF-Token");
}

/** Puts both cookies of a session, or takes them away. */
export function setCookies(
  response: Response,
  tokens: { readonly session: string; readonly csrf: string } | null,
  secure: boolean,
): void {
  const common = { path: "/", sameSite: "strict" as const, secure };
  if (tokens === null) {
    response.clearCookie(sessionCookie, { ...common, httpOnly: true }).clearCookie(csrfCookie, common);
    return;
  }
  response.cookie(sessionCookie, tokens.session, { ...common, httpOnly: true });
  response.cookie(csrfCookie, tokens.csrf, common);
}

/** Whether the session that a request came by still stands; asking is no use of it. */
export async function isStillIn(pool: Pool, request: Request): Promise<boolean> {
  const token = sessionToken(request);
  return token !== undefined && (await sessionStands(pool, hashOf(token), idleMinutes));
}
