import { cursorOf } from "../../admin/http/keyset.ts";
import { ask, type Plan } from "./ask.ts";

/** Runs, their reports, and the log of batches. */
export const runPlan: Plan = {
  "/api/v1/runs": [
    ask("", () => "/api/v1/runs"),
    ask("of a month", ({ months }, draw) => `/api/v1/runs?period=${draw.pick(months)}`),
    ask("by phase", () => "/api/v1/runs?phase=Dispatching"),
    ask("deep", ({ months, runs }, draw) => {
      const place = draw.between(0, months.length - 1);
      return `/api/v1/runs?cursor=${cursorOf([months[place] ?? "", runs[place] ?? ""])}`;
    }),
  ],
  "/api/v1/runs/{name}": [ask("", ({ runs }, draw) => `/api/v1/runs/${draw.pick(runs)}`)],
  "/api/v1/runs/{name}/difference": [
    ask("", ({ compared }, draw) => `/api/v1/runs/${draw.pick(compared)}/difference`),
  ],
  "/api/v1/runs/{name}/movers": [
    ask("", ({ compared }, draw) => `/api/v1/runs/${draw.pick(compared)}/movers`),
    ask("deep", ({ compared }, draw) => {
      return `/api/v1/runs/${draw.pick(compared)}/movers?cursor=${cursorOf([draw.between(100, 900)])}`;
    }),
  ],
  "/api/v1/runs/{name}/report": [
    ask("", ({ compared }, draw) => `/api/v1/runs/${draw.pick(compared)}/report`),
  ],
  "/api/v1/periods/{period}/generations": [
    ask("", ({ months }, draw) => `/api/v1/periods/${draw.pick(months)}/generations`),
  ],
  "/api/v1/schedules": [ask("", () => "/api/v1/schedules")],
  "/api/v1/batches": [
    ask("", () => "/api/v1/batches"),
    ask("of a month", ({ months }, draw) => `/api/v1/batches?period=${draw.pick(months)}`),
    ask("of a job", (_samples, draw) => `/api/v1/batches?job=${draw.pick(["settle", "verify", "promote"])}`),
    ask("failed", () => "/api/v1/batches?failed=true"),
    ask("deep", ({ newest }, draw) => `/api/v1/batches?cursor=${cursorOf([draw.between(2, newest.batch)])}`),
  ],
};
