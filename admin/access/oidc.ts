import { createRemoteJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from "jose";
import { z } from "zod";
import { RetryableError } from "../../platform/errors.ts";
import { HttpProblem } from "../http/problem.ts";
import { roles, type Actor, type Role } from "./actor.ts";
import type { ReadBearer } from "./authenticate.ts";

/** How to read access tokens of an OpenID Connect issuer. */
export interface OidcOptions {
  /** As the tokens' `iss` says it; its keys are found by discovery. */
  readonly issuer: string;
  /** What the tokens' `aud` must hold. */
  readonly audience: string;
  /** Claim that lists groups or roles; dotted for a nested one (`realm_access.roles`). */
  readonly rolesClaim: string;
  /** What a value of that claim means here. */
  readonly roleOf: ReadonlyMap<string, Role>;
  /** Claim that names the person in the audit log. */
  readonly nameClaim: string;
}

/** Signatures by keys of the issuer only: no shared secrets, and never `none`. */
const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const patienceMs = 5_000;

/** Reads access tokens of this issuer; those of others are not its own. */
export function oidcReader(options: OidcOptions): ReadBearer {
  let keys: Promise<ReturnType<typeof createRemoteJWKSet>> | null = null;
  return async (token) => {
    if (!isOf(options.issuer, token)) return null;
    keys ??= discoverKeys(options.issuer);
    const current = await keys.catch((error: unknown) => {
      // The next request tries again.
      keys = null;
      throw new RetryableError("issuer-away", "the issuer of tokens does not answer", {
        retryAfterMs: patienceMs,
        cause: error,
      });
    });
    return toActor(await verify(token, current, options), options);
  };
}

function isOf(issuer: string, token: string): boolean {
  try {
    return decodeJwt(token).iss === issuer;
  } catch {
    return false;
  }
}

async function discoverKeys(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(patienceMs), redirect: "error" });
  const found = discovery.parse(await response.json());
  if (found.issuer !== issuer) throw new Error(`the discovery document is of ${found.issuer}`);
  return createRemoteJWKSet(new URL(found.jwks_uri), { timeoutDuration: patienceMs });
}

async function verify(
  token: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  { issuer, audience }: OidcOptions,
): Promise<JWTPayload> {
  try {
    const required = { requiredClaims: ["exp", "sub"], clockTolerance: 30, algorithms };
    return (await jwtVerify(token, keys, { issuer, audience, ...required })).payload;
  } catch (error) {
    if (!(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout) {
      const more = { retryAfterMs: patienceMs, cause: error };
      throw new RetryableError("issuer-away", "the issuer of tokens does not answer", more);
    }
    throw new HttpProblem(401, "bad-token", `this token does not hold: ${error.code}`);
  }
}

function toActor(claims: JWTPayload, { rolesClaim, roleOf, nameClaim }: OidcOptions): Actor {
  const given = claimAt(claims, rolesClaim);
  const values = Array.isArray(given) ? given : typeof given === "string" ? given.split(" ") : [];
  const own = values.flatMap((value) => (typeof value === "string" ? (roleOf.get(value) ?? []) : []));
  const name = claimAt(claims, nameClaim);
  return {
    name: typeof name === "string" && name !== "" ? name : String(claims.sub),
    roles: new Set(own),
    via: "oidc",
  };
}

function claimAt(claims: JWTPayload, path: string): unknown {
  // A claim may have dots in its own name, as addresses have.
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split(".").reduce<unknown>((value, name) => {
    return typeof value === "object" && value !== null && Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined;
  }, claims);
}

const roleMapForm = new RegExp(`^([^=,]{1,200}=(${roles.join("|")})(,[^=,]{1,200}=(${roles.join("|")}))*)?$`);

/** `group=role[,group=role…]`, as ADMIN_OIDC_ROLES has it. */
export const roleMap = z
  .string()
  .regex(roleMapForm, `must be value=role[,value=role…], roles are ${roles.join(", ")}`)
  .transform(
    (text): ReadonlyMap<string, Role> =>
      new Map(text === "" ? [] : text.split(",").map((pair) => pair.split("=") as [string, Role])),
  );
