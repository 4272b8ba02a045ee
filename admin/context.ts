import type { Logger } from "../platform/logger.ts";
import type { Pool } from "../platform/postgres.ts";
import type { OpenRunStore } from "./runs/run-store.ts";

/** What the routes work with; made once, when the process starts. */
export interface AdminContext {
  readonly pool: Pool;
  /** For commands only: one of them may read by `pool` while it holds its own connection, so they must not share. */
  readonly commandPool: Pool;
  readonly logger: Logger;
  readonly openRuns: OpenRunStore;
}
