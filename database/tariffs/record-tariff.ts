import { createHash } from "node:crypto";
import type { Queryable } from "../../platform/postgres.ts";

/** A tariff as its file stands, with what the row is found by. */
export interface NewTariff {
  readonly name: string;
  readonly version: string;
  readonly currency: string;
  /** The file's exact text. */
  readonly document: string;
}

/** `differs`: the version stands already, with other bytes; nothing was changed. */
export interface RecordedTariff {
  readonly outcome: "recorded" | "unchanged" | "differs";
  readonly id: number;
}

/** Records a tariff version once; a version never changes afterwards. */
export async function recordTariff(client: Queryable, tariff: NewTariff): Promise<RecordedTariff> {
  const sha256 = createHash("sha256").update(tariff.document, "utf8").digest();
  const inserted = await client.query<{ id: number }>(
    `insert into tariffs (name, version, currency, document, sha256) values ($1, $2, $3, $4, $5)
     on conflict (name, version) do nothing returning id`,
    [tariff.name, tariff.version, tariff.currency, tariff.document, sha256],
  );
  const [row] = inserted.rows;
  if (row !== undefined) return { outcome: "recorded", id: row.id };
  const standing = await client.query<{ id: number; same: boolean }>(
    "select id, sha256 = $3 as same from tariffs where name = $1 and version = $2",
    [tariff.name, tariff.version, sha256],
  );
  const [existing] = standing.rows;
  if (existing === undefined)
    throw new Error(`tariff ${tariff.name}@${tariff.version} neither stands nor could be recorded`);
  return { outcome: existing.same ? "unchanged" : "differs", id: existing.id };
}
