/**
 * How long the admin API and the pages of the dashboard take while a carrier's year is present: `node bench/admin.ts --members N
 * [--months 12] [--partitions 16] [--calls 200] [--callers 4] [--keep FOLDER]`, into bench/results/admin.json. `--keep` leaves the filled server in its folder
 * and uses it again. `--only TEXT` asks only what has that text in its name, for tuning; nothing is written then.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startKafka } from "../local/kafka-server.ts";
import { createTopics } from "../local/demo/backing-servers.ts";
import { connect } from "../platform/postgres.ts";
import { startAdmin, type AdminServer } from "./admin/admin-server.ts";
import { refuseUnasked } from "./admin/ask.ts";
import { Draw } from "./admin/draw.ts";
import { openFilledServer, type FilledServer } from "./admin/filled-server.ts";
import { jobsOfPages, jobsOfPlan } from "./admin/jobs.ts";
import { measureCalls, type Job } from "./admin/measure-calls.ts";
import { askedRoutes, excused, plan } from "./admin/plan.ts";
import { keepLargeOrder, drawSamples, type Samples } from "./admin/samples.ts";
import { latencyTable, summariseCalls, type CallSummary } from "./admin/summarise.ts";

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "50000" },
    months: { type: "string", default: "12" },
    partitions: { type: "string", default: "16" },
    calls: { type: "string", default: "200" },
    callers: { type: "string", default: "4" },
    seed: { type: "string", default: "1" },
    keep: { type: "string", default: "" },
    only: { type: "string", default: "" },
  },
});

refuseUnasked(askedRoutes, plan, excused);
const results = fileURLToPath(new URL("./results/", import.meta.url));
mkdirSync(results, { recursive: true });

await using server = await openFilledServer({
  ...{ members: Number(values.members), months: Number(values.months), parent: results, say },
  partitions: Number(values.partitions),
  folder: values.keep === "" ? null : resolve(values.keep),
});
await using stack = new AsyncDisposableStack();
const kafka = await startKafka({ dataDir: join(server.folder, `kafka-${Date.now()}`) });
stack.defer(() => kafka.stop());
await createTopics(kafka);
const environment = {
  ...{ PATH: process.env["PATH"], LOG_LEVEL: "error", ...server.keys },
  ...{ DATABASE_URL: server.url, KAFKA_BOOTSTRAP: kafka.bootstrap },
};
await using admin = await startAdmin(environment, join(server.folder, "logs"));
const draw = new Draw(Number(values.seed));
const samples = await samplesOf(server, admin);
const loadBefore = loadavg()[0] ?? 0;

const routes = await measure(jobsOfPlan(plan, { samples, draw, person: admin.person }));
const pages = await measure(jobsOfPages({ samples, draw, person: admin.person }));
const report = {
  ...{ at: new Date().toISOString(), members: server.members, months: server.months.length },
  ...{ calls: Number(values.calls), callers: Number(values.callers), fillSeconds: server.fillSeconds },
  ...{ loadBefore: Math.round(loadBefore * 100) / 100, adminPeakRssMiB: admin.peakRssMiB(), routes, pages },
};
if (values.only === "") writeFileSync(`${results}admin.json`, `${JSON.stringify(report, null, 2)}\n`);

async function samplesOf(filled: FilledServer, { url, person }: AdminServer): Promise<Samples> {
  const page = await (await fetch(url)).text();
  const client = await connect({ url: filled.url, applicationName: "bench" });
  try {
    await keepLargeOrder(client, person, filled);
    return await drawSamples(client, filled, page);
  } finally {
    await client.end();
  }
}

async function measure(jobs: readonly Job[]): Promise<readonly CallSummary[]> {
  const chosen = jobs.filter(({ name }) => name.includes(values.only));
  if (chosen.length === 0) return [];
  const startedMs = performance.now();
  const order = { calls: Number(values.calls), callers: Number(values.callers), draw };
  const measured = await measureCalls(chosen, order);
  const seconds = (performance.now() - startedMs) / 1_000;
  const summary = summariseCalls(measured);
  say(`${chosen.length * order.calls} in ${seconds.toFixed(1)} s\n\n${latencyTable(summary)}\n`);
  return summary;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
