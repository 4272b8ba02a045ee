import type { RowCounts } from "./population-chunk.ts";
import type { Scenario } from "./scenario.ts";

/** A piece of work for one worker; ranges as `populationLoader` and `usageLoader` take them. */
export type Chunk =
  | { readonly kind: "population"; readonly first: number; readonly last: number }
  | { readonly kind: "usage"; readonly from: number; readonly to: number };

/** What a worker reports of a chunk that is committed. */
export type ChunkDone =
  | { readonly kind: "population"; readonly rows: RowCounts }
  | { readonly kind: "usage"; readonly rows: number };

/** What a worker thread starts with. */
export interface WorkerInput {
  readonly scenario: Scenario;
  readonly databaseUrl: string;
  readonly databaseRole: string;
  readonly encryptionKeys: string;
  readonly blindIndexKey: string;
}

// Small enough that a worker's buffers stay at some 15 MB, large enough that a COPY's fixed cost does not count.
const MEMBERS_PER_CHUNK = 20_000;
const RECORDS_PER_CHUNK = 100_000;

/** All work of a scenario, population first. No chunk needs another one done, so any number of workers can share them. */
export function* chunksOf(scenario: Scenario): Generator<Chunk> {
  for (let first = 1; first <= scenario.members; first += MEMBERS_PER_CHUNK) {
    yield { kind: "population", first, last: Math.min(first + MEMBERS_PER_CHUNK - 1, scenario.members) };
  }
  for (let from = 0; from < scenario.records; from += RECORDS_PER_CHUNK) {
    yield { kind: "usage", from, to: Math.min(from + RECORDS_PER_CHUNK, scenario.records) };
  }
}
