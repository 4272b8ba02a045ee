import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureEmptyRun } from "./operator/empty-run.ts";
import { measureManyIndexes } from "./operator/many-indexes.ts";
import { measureManyRuns } from "./operator/many-runs.ts";
import { measureRealNode } from "./operator/real-node.ts";

// `make bench-operator`: what the operator costs, into bench/results/operator.json. `--only` measures one part, the others stay
// in the file as they were; each says when it was measured:
//   emptyRun     a run of nobody to bill, beside the same Jobs by hand                 --rounds
//   manyIndexes  a settle Job of many indexes, beside the same Job without an operator --indexes --parallelism
//   manyRuns     an operator with many BillingRuns to look after                       --runs --steady-seconds
//   realNode     settlement by pods, beside the local runner; Linux as root            --members --partitions --workers

const { values } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    indexes: { type: "string", default: "1000" },
    members: { type: "string", default: "100000" },
    partitions: { type: "string", default: "2,4" },
    workers: { type: "string", default: "2" },
    runs: { type: "string", default: "500" },
    "steady-seconds": { type: "string", default: "60" },
    parallelism: { type: "string", default: "50" },
  },
});

const results = fileURLToPath(new URL("./results/", import.meta.url));
const file = `${results}operator.json`;
mkdirSync(results, { recursive: true });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const common = { folder: results, say };
const rounds = Number(values.rounds);

const parts: Readonly<Record<string, () => Promise<object>>> = {
  emptyRun: () => measureEmptyRun({ ...common, rounds }),
  manyIndexes: () =>
    measureManyIndexes({
      ...{ ...common, rounds: Math.min(rounds, 3) },
      indexes: Number(values.indexes),
      parallelism: Number(values.parallelism),
    }),
  manyRuns: () => {
    const runs = Number(values.runs);
    const steadySeconds = Number(values["steady-seconds"]);
    return measureManyRuns({ ...common, runs, waiting: Math.floor(runs / 25), steadySeconds });
  },
  realNode: () =>
    measureRealNode({
      ...{ ...common, rounds: Math.min(rounds, 3) },
      members: Number(values.members),
      partitions: values.partitions.split(",").map(Number),
      parallelism: Number(values.workers),
    }),
};

for (const [name, measure] of Object.entries(parts)) {
  if (values.only !== "" && values.only !== name) continue;
  const measured = { at: new Date().toISOString(), ...(await measure()) };
  writeFileSync(file, `${JSON.stringify({ ...formerReport(), [name]: measured }, null, 2)}\n`);
  say(JSON.stringify({ [name]: measured }, null, 2));
}
process.exit();

function formerReport(): Readonly<Record<string, unknown>> {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>) : {};
}
