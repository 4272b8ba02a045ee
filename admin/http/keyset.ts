import { z } from "zod";
import { HttpProblem } from "./problem.ts";

const maxLimit = 200;

/** Query parameters of every list. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(maxLimit).default(50).describe("Rows of a page"),
  cursor: z
    .string()
    .regex(/^[\w-]{1,500}$/)
    .optional()
    .describe("`next` of the page before"),
};

/** One page of a list; `next` is null on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Schema of a page of these. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

/**
 * A page of rows read with `limit + 1`; `keyOf` gives the values that the list is ordered by, of the row after which the next page starts.
 */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[],
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf(keyOf(last)) : null;
  return { items, next };
}

/** The cursor after a key; for a list whose pages end elsewhere than at a row that is shown. */
export function cursorOf(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** The key of a cursor; null without one. A cursor that is not of this list is a problem of the caller's. */
export function readCursor<Key extends z.ZodType>(
  cursor: string | undefined,
  key: Key,
): z.output<Key> | null {
  if (cursor === undefined) return null;
  try {
    return key.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch {
    const fields = [
      { in: "query" as const, field: "cursor", message: "take `next` of the page before, as it is" },
    ];
    throw new HttpProblem(400, "invalid-request", "this cursor is not of this list", { fields });
  }
}
