import { z } from "zod";

/** What a person or program may do. `operator` and `approver` may look as `viewer` does; neither includes the other. */
export const roles = ["viewer", "operator", "approver"] as const;
export type Role = (typeof roles)[number];

/** Who asks. The name is what the audit log says, and what "maker ≠ checker" compares. */
export interface Actor {
  readonly name: string;
  readonly roles: ReadonlySet<Role>;
  readonly via: "session" | "oidc" | "service-account";
}

/** Who asks, as the API tells it. */
export const person = z
  .object({
    name: z.string(),
    roles: z.array(z.enum(roles)),
    via: z.enum(["session", "oidc", "service-account"]),
  })
  .meta({ id: "Me" });

/** Whether someone with these roles may do what asks for `wanted`. */
export function mayAct(actor: Actor, wanted: Role): boolean {
  return wanted === "viewer" ? actor.roles.size > 0 : actor.roles.has(wanted);
}
