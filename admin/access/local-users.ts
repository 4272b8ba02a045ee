import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { roles, type Role } from "./actor.ts";

/** Someone who signs in with a password of this installation: for a laptop and small carriers; else OIDC. */
export interface LocalUser {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const roleForm = `(${roles.join("|")})`;
const userForm = `[\\w.@-]{1,100}:${roleForm}(\\+${roleForm}){0,2}:[A-Za-z0-9_-]{22}:[A-Za-z0-9_-]{43}`;

/** Form of `ADMIN_USERS`: `name:role[+role]:salt:hash`, comma-separated; made by `admin password`. */
export const localUsersForm = new RegExp(`^(${userForm}(,${userForm})*)?$`);

/** The users of a text of that form. */
export function parseLocalUsers(text: string): ReadonlyMap<string, LocalUser> {
  const users = text === "" ? [] : text.split(",");
  return new Map(
    users.map((user) => {
      const [name = "", own = "", salt = "", hash = ""] = user.split(":");
      const parsed = { name, roles: own.split("+") as Role[], ...secret(salt, hash) };
      return [name, parsed];
    }),
  );
}

const secret = (salt: string, hash: string): Pick<LocalUser, "salt" | "hash"> => ({
  salt: Buffer.from(salt, "base64url"),
  hash: Buffer.from(hash, "base64url"),
});

/** An entry of `ADMIN_USERS`. */
export function localUserEntry(name: string, own: readonly Role[], password: string): string {
  const salt = randomBytes(16);
  return [
    name,
    own.join("+"),
    salt.toString("base64url"),
    stretch(password, salt).toString("base64url"),
  ].join(":");
}

const nobody: Pick<LocalUser, "salt" | "hash"> = { salt: randomBytes(16), hash: randomBytes(32) };

/** The user of this name and password; null when either is wrong, after the same time. */
export function checkPassword(
  users: ReadonlyMap<string, LocalUser>,
  name: string,
  password: string,
): LocalUser | null {
  const user = users.get(name);
  const { salt, hash } = user ?? nobody;
  const right = timingSafeEqual(stretch(password, salt), hash);
  return right && user !== undefined ? user : null;
}

/** 16 MiB and about 50 ms a try: what OWASP's cheat sheet for passwords calls for with scrypt at p = 5 is 2^14. */
function stretch(password: string, salt: Buffer): Buffer {
  return scryptSync(password, salt, 32, { N: 16_384, r: 8, p: 5, maxmem: 64 * 1_024 * 1_024 });
}
