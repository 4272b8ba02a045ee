import { pipeline } from "node:stream/promises";
import type { Response } from "express";
import { stringify } from "csv-stringify";
import type { Page } from "./keyset.ts";
import type { AnyInput, RequestContext, Route } from "./route.ts";

const pageRows = 200;
/** A file beyond this is a task for `export`, which reads by COPY. */
const mostRows = 200_000;

/** Writes all pages of a list as one CSV file, page by page; nested values as JSON, leading formula signs defused. */
export async function writeCsv(
  route: Route,
  input: AnyInput,
  context: RequestContext,
  response: Response,
): Promise<void> {
  const name = route.path.replaceAll(/[^a-z]+/g, "-").replaceAll(/^-|-$/g, "");
  const rows = allRows(route, input, context);
  const first = await rows.next();
  response.set({
    "Content-Type": "text/csv; charset=utf-8",
    "Content-Disposition": `attachment; filename="${name}.csv"`,
    "Cache-Control": "no-store, private",
  });
  await pipeline(
    async function* () {
      if (first.done !== true) yield cells(first.value);
      for await (const row of rows) yield cells(row);
    },
    stringify({ header: true, escape_formulas: true }),
    response,
  );
}

async function* allRows(
  route: Route,
  input: AnyInput,
  context: RequestContext,
): AsyncGenerator<Record<string, unknown>> {
  let cursor: string | undefined;
  let written = 0;
  do {
    const query = { ...(input.query as object), limit: pageRows, cursor };
    const page = (await route.run({ ...input, query }, context)) as Page<unknown>;
    const { items } = route.answer.parse(JSON.parse(JSON.stringify(page))) as Page<Record<string, unknown>>;
    yield* items;
    written += items.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && written < mostRows);
}

function cells(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}
