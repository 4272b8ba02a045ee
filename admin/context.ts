import type { Logger } from "../platform/logger.ts";
import type { Pool } from "../platform/postgres.ts";

/** What the routes work with; made once, when the process starts. */
export interface AdminContext {
  readonly pool: Pool;
  readonly logger: Logger;
}
