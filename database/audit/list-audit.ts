import type { Queryable } from "../../platform/postgres.ts";

/** One row of the audit log. */
export interface AuditRow {
  readonly id: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: unknown;
}

/** Which entries. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Only entries older than this one. */
  readonly before?: number | undefined;
}

/** The newest entries first, by key. */
export async function listAudit(
  client: Queryable,
  { actor, action, before }: AuditFilter,
  limit: number,
): Promise<readonly AuditRow[]> {
  const { rows } = await client.query<AuditRow>(
    `select id, at, actor, action, subject, detail
       from audit_log
      where ($1::bigint is null or id < $1) and ($2::text is null or actor = $2) and ($3::text is null or action = $3)
      order by id desc
      limit $4`,
    [before ?? null, actor ?? null, action ?? null, limit],
  );
  return rows;
}
