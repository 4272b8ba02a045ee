import type { TargetChunk } from "../commands/move-messages.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { DeadLetterFilter } from "./filter.ts";
import { listDeadLetters } from "./list-dead-letters.ts";

const chunkSize = 5_000;

/** The messages of the letters of a filter, at most `limit`, a page at a time; nothing is counted beforehand. */
export async function* deadLetterTargets(
  client: Queryable,
  filter: DeadLetterFilter,
  limit: number,
): AsyncGenerator<TargetChunk> {
  let afterId = 0;
  let found = 0;
  for (;;) {
    const room = limit - found;
    // One more than there is room for tells whether that is all.
    const size = Math.min(chunkSize, room + 1);
    const page = await listDeadLetters(client, filter, { afterId, limit: size });
    const taken = page.slice(0, room);
    found += taken.length;
    afterId = taken.at(-1)?.id ?? afterId;
    const last = page.length < size || page.length > room;
    const missing = last && filter.ids !== undefined ? new Set(filter.ids).size - found : 0;
    yield { targets: taken, missing: page.length > room ? 0 : missing, more: page.length > room };
    if (last) return;
  }
}
