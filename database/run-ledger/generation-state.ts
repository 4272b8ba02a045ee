import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationState } from "./ledger-facts.ts";

/** State of the run's latest generation; null while it has none. Costs next to nothing, whatever the run's size. */
export async function generationState(client: Queryable, runId: string): Promise<GenerationState | null> {
  const { rows } = await client.query<{ state: GenerationState }>(
    "select state from generations where run_id = $1 order by period desc, number desc limit 1",
    [runId],
  );
  return rows[0]?.state ?? null;
}
