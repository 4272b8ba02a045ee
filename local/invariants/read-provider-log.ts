import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { LogCheck, LoggedAccept } from "./log-check.ts";

/** Streams the provider's NDJSON log into the check: a million lines never stand in memory at once. */
export async function readProviderLog(path: string, check: LogCheck): Promise<void> {
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (text === "") continue;
    const line = JSON.parse(text) as LoggedAccept & { readonly kind: string };
    if (line.kind === "accept") check.addAccept(line);
    else if (line.kind === "replay") check.addReplay(line);
  }
}
