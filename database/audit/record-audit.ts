import type { Queryable } from "../../platform/postgres.ts";

/** Something that a person did which is no command. */
export interface AuditRecord {
  readonly actor: string;
  /** `session.start`, `member.unmask`. */
  readonly action: string;
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** Adds an entry to the audit log, which nobody can change afterwards. */
export async function recordAudit(client: Queryable, record: AuditRecord): Promise<void> {
  const { actor, action, subject, detail = {} } = record;
  await client.query("insert into audit_log (actor, action, subject, detail) values ($1, $2, $3, $4)", [
    actor,
    action,
    subject,
    detail,
  ]);
}
