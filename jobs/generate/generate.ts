import { advanceIdentities } from "../../database/members/advance-identities.ts";
import { analyzePopulation } from "../../database/members/analyze-population.ts";
import { createUsageMonth } from "../../database/usage/create-usage-month.ts";
import { connect } from "../../platform/postgres.ts";
import type { ChunkDone, WorkerInput } from "./chunk.ts";
import { loadChunks } from "./load-chunks.ts";
import type { Progress } from "./progress.ts";
import { type GenerateRequest, scenarioFromDatabase } from "./scenario-from-database.ts";

/** Connection and keys; see platform/config.ts for their form. */
export type Access = Omit<WorkerInput, "scenario">;

/** Rows written, by table, and how long all of it took. */
export interface GenerateSummary {
  readonly period: string;
  readonly seed: number;
  readonly tariff: string;
  readonly members: number;
  readonly families: number;
  readonly accounts: number;
  readonly subscriptions: number;
  readonly suspensions: number;
  readonly contracts: number;
  readonly addOns: number;
  readonly adjustments: number;
  readonly usageRecords: number;
  readonly seconds: number;
}

type Counts = Omit<GenerateSummary, "period" | "seed" | "tariff" | "seconds">;

const nothing: Counts = {
  members: 0,
  families: 0,
  accounts: 0,
  subscriptions: 0,
  suspensions: 0,
  contracts: 0,
  addOns: 0,
  adjustments: 0,
  usageRecords: 0,
};

/** Fills an empty database; the rows follow from the request alone, whatever the number of workers. */
export async function generate(
  access: Access,
  request: GenerateRequest,
  workers: number,
  progress: (totals: Readonly<Record<string, number>>) => Progress,
): Promise<GenerateSummary> {
  const startedAtMs = performance.now();
  const client = await connect({
    url: access.databaseUrl,
    role: access.databaseRole,
    applicationName: "generate",
  });
  try {
    const scenario = await scenarioFromDatabase(client, request);
    await createUsageMonth(client, request.period.text);
    const shown = progress({ members: scenario.members, "usage records": scenario.records });
    let counts = nothing;
    await loadChunks({ ...access, scenario }, workers, (done) => {
      counts = plus(counts, done);
      if (done.kind === "population") shown.advance("members", counts.members);
      else shown.advance("usage records", counts.usageRecords);
    }).finally(() => {
      shown.stop();
    });
    await advanceIdentities(client);
    await analyzePopulation(client);
    const seconds = Math.round((performance.now() - startedAtMs) / 100) / 10;
    return { period: request.period.text, seed: request.seed, tariff: request.tariff, ...counts, seconds };
  } finally {
    await client.end();
  }
}

function plus(counts: Counts, done: ChunkDone): Counts {
  if (done.kind === "usage") return { ...counts, usageRecords: counts.usageRecords + done.rows };
  const { rows } = done;
  return {
    ...counts,
    members: counts.members + rows.members,
    families: counts.families + rows.families,
    accounts: counts.accounts + rows.accounts,
    subscriptions: counts.subscriptions + rows.subscriptions,
    suspensions: counts.suspensions + rows.suspensions,
    contracts: counts.contracts + rows.contracts,
    addOns: counts.addOns + rows.addOns,
    adjustments: counts.adjustments + rows.adjustments,
  };
}
