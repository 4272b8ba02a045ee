import type { DueMonth } from "./due-month.ts";
import type { Stage } from "./servers.ts";

/** What each measurement is given. */
export interface Field {
  readonly stage: Stage;
  readonly month: DueMonth;
  /** The database's and Kafka's addresses and the keys of personal data. */
  readonly environment: NodeJS.ProcessEnv;
  readonly postgresPid: number;
  readonly say: (line: string) => void;
}
