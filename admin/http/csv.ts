import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import { stringify } from "csv-stringify";
import { z } from "zod";
import type { Page } from "./keyset.ts";
import type { AnyInput, RequestContext, Route } from "./route.ts";

/** Read at once and held in memory; a million rows are a thousand queries by key. */
const pageRows = 1_000;

/** A list, and what it was asked for. */
export interface CsvRequest {
  readonly route: Route;
  readonly input: AnyInput;
  readonly context: RequestContext;
}

/**
 * Writes all pages of a list as one CSV file; nested values as JSON, leading formula signs defused. A page is read when the reader
 * has taken the one before, and between pages nothing is held: no connection, no snapshot. What fails in the middle breaks the
 * connection, so that nobody takes half a file for a whole one.
 */
export async function writeCsv(asked: CsvRequest, response: Response): Promise<void> {
  const { route } = asked;
  const name = route.path.replaceAll(/[^a-z]+/g, "-").replaceAll(/^-|-$/g, "");
  const rows = allRows(asked, () => response.destroyed);
  // What fails before anything was written is still answered as a problem.
  const first = await rows.next();
  response.set({
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": `attachment; filename="${name}.csv"`,
    "Cache-Control": "no-store, private",
  });
  const columns = columnsOf(route);
  try {
    await pipeline(
      async function* () {
        if (first.done !== true) yield cells(first.value);
        for await (const row of rows) yield cells(row);
      },
      stringify({ header: true, escape_formulas: true, ...(columns && { columns }) }),
      response,
    );
  } catch (error) {
    // Who stops reading has done nothing wrong, and neither have we.
    if ((error as { code?: unknown }).code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}

async function* allRows(
  { route, input, context }: CsvRequest,
  isGone: () => boolean,
): AsyncGenerator<Record<string, unknown>> {
  let cursor: string | undefined;
  do {
    const query = { ...(input.query as object), limit: pageRows, cursor };
    const page = (await route.run({ ...input, query }, context)) as Page<unknown>;
    const { items } = route.answer.parse(JSON.parse(JSON.stringify(page))) as Page<Record<string, unknown>>;
    yield* items;
    cursor = page.next ?? undefined;
    // A filter that leaves little has many empty pages, in which nobody would be seen to go.
  } while (cursor !== undefined && !isGone());
}

/** All fields of a row by its schema: the first row may lack what a later one has, and an empty list has a header too. */
function columnsOf({ answer }: Route): readonly string[] | undefined {
  const items: unknown = answer instanceof z.ZodObject ? answer.shape["items"] : undefined;
  const item: unknown = items instanceof z.ZodArray ? items.element : undefined;
  return item instanceof z.ZodObject ? Object.keys(item.shape) : undefined;
}

function cells(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}
