import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { roles, type Role } from "../../admin/access/actor.ts";
import { localUserEntry } from "../../admin/access/local-users.ts";

const person = z.object({ name: z.string(), roles: z.array(z.enum(roles)), password: z.string() });

/** Someone who may sign in at the dashboard of this folder. */
export type Person = z.output<typeof person>;

/** Two, because nobody approves what they started themselves. */
const names: Readonly<Record<string, Role>> = { operator: "operator", approver: "approver" };

/** Who may sign in, with passwords of this folder's own; made up at the first call, and the same from then on. */
export function localPeople(path: string): readonly Person[] {
  if (existsSync(path)) return z.array(person).parse(JSON.parse(readFileSync(path, "utf8")));
  const people = Object.entries(names).map(([name, role]) => ({
    ...{ name, roles: [role], password: randomBytes(12).toString("base64url") },
  }));
  writeFileSync(path, JSON.stringify(people, null, 2), { mode: 0o600 });
  return people;
}

/** `ADMIN_USERS` of these people. */
export function adminUsers(people: readonly Person[]): string {
  return people.map(({ name, roles: own, password }) => localUserEntry(name, own, password)).join(",");
}

/** What a person has to know to sign in. */
export function signInText(url: string, people: readonly Person[]): string {
  const width = Math.max(...people.map(({ name }) => name.length));
  const lines = people.map(({ name, password, roles: [role] }) => {
    const may = role === "approver" ? "approves what the other has started" : "starts, holds, retries, sends";
    return `  ${name.padEnd(width)}  ${password}  ${may}`;
  });
  return [`Dashboard and API: ${url}`, "Sign in as (name, password):", ...lines].join("\n");
}
