import type { Queryable } from "../../platform/postgres.ts";
import { nameText, type TemplateName } from "./template-row.ts";

/** What a person did to a version. */
export interface TemplateAudit {
  readonly actor: string;
  readonly action: "template-saved" | "template-published";
  readonly name: TemplateName;
  readonly version: number;
}

/** Writes it to the audit log, in the caller's transaction. */
export async function auditTemplate(client: Queryable, audit: TemplateAudit): Promise<void> {
  const { actor, action, name, version } = audit;
  await client.query("insert into audit_log (actor, action, subject, detail) values ($1, $2, $3, $4)", [
    ...[actor, action, `template ${nameText(name)}`, { version }],
  ]);
}
