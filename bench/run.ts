import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureDelivery } from "./delivery/delivery-bench.ts";
import { summariseDelivery } from "./delivery/summarise.ts";
import { measureSettlement, type SettleBenchOptions } from "./settle/settle-bench.ts";
import { round, summariseSettlement } from "./settle/summarise.ts";

// `make bench MEMBERS=N`: measures settlement beside its floor and the customary way, then delivery of at most
// --delivery-messages of the bills, prints the ratios, and writes bench/results/latest.json. With `--only settle` or
// `--only delivery` the other part stays in that file as it was; each part says when it was measured.

/** A partition is a process of its own, whose start costs as much as 40,000 bills: few of them, but one a worker at least. */
const membersAPartition = 250_000;
/** From that many members on, the cost a member is compared with that of a fifth of them. */
const smallestScaled = 1_000_000;

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "100000" },
    rounds: { type: "string", default: "3" },
    partitions: { type: "string", default: "" },
    workers: { type: "string", default: "2" },
    "no-chunked": { type: "boolean", default: false },
    "no-customary": { type: "boolean", default: false },
    "delivery-messages": { type: "string", default: "60000" },
    only: { type: "string", default: "" },
  },
});

const parts = { settle: measureSettle, delivery: measureDeliveries };
if (values.only !== "" && !Object.keys(parts).includes(values.only)) {
  throw new RangeError(`--only must be one of ${Object.keys(parts).join(", ")}`);
}

const results = fileURLToPath(new URL("./results/", import.meta.url));
const latest = `${results}latest.json`;
mkdirSync(results, { recursive: true });

let report: Readonly<Record<string, unknown>> = {};
for (const [name, measure] of Object.entries(parts)) {
  if (values.only !== "" && values.only !== name) continue;
  const at = new Date().toISOString();
  const measured = { at, ...(await measure()) };
  report = { ...(values.only === "" ? report : formerReport()), [name]: measured };
  writeFileSync(latest, `${JSON.stringify(report, null, 2)}\n`);
}
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);

function formerReport(): Readonly<Record<string, unknown>> {
  if (!existsSync(latest)) return {};
  const { settle, delivery } = JSON.parse(readFileSync(latest, "utf8")) as Record<string, unknown>;
  return { ...(settle !== undefined && { settle }), ...(delivery !== undefined && { delivery }) };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function measureSettle(): Promise<object> {
  const members = Number(values.members);
  const measured = summariseSettlement(
    await measureSettlement(settleOptions(members, !values["no-chunked"])),
  );
  if (members < smallestScaled) return measured;
  say(`the same with a fifth of the members, for the cost a member`);
  const fifth = summariseSettlement(await measureSettlement(settleOptions(members / 5, false)));
  const costAgainstFifth = round(measured.microsecondsPerMember / fifth.microsecondsPerMember);
  return { ...measured, costAgainstFifth, fifth };
}

function settleOptions(members: number, chunked: boolean): SettleBenchOptions {
  const workers = Number(values.workers);
  const partitions =
    values.partitions === ""
      ? Math.max(workers, Math.ceil(members / membersAPartition))
      : Number(values.partitions);
  return { members, partitions, workers, rounds: Number(values.rounds), chunked, folder: results, say };
}

async function measureDeliveries(): Promise<object> {
  const members = Math.min(Number(values.members), Number(values["delivery-messages"]));
  const beside = !values["no-customary"];
  return summariseDelivery(await measureDelivery({ members, beside, folder: results, say }));
}
