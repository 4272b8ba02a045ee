import { finished } from "node:stream/promises";
import { copyIn, type Client } from "../platform/postgres.ts";
import type { BinaryRows } from "./binary-rows.ts";

/** Sends `rows` as one binary COPY and waits until PostgreSQL has taken all of them; does nothing when there are none. */
export async function copyRows(client: Client, target: string, rows: BinaryRows): Promise<void> {
  if (rows.count === 0) return;
  const stream = copyIn(client, `copy ${target} from stdin (format binary)`);
  stream.end(rows.bytes());
  await finished(stream);
}
