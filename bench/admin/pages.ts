import type { Call } from "./ask.ts";
import type { Draw } from "./draw.ts";
import type { Samples } from "./samples.ts";

/** A page of the dashboard as its browser code reads it: the calls of a step at once, a step when the one before is there. */
export interface DashboardPage {
  readonly name: string;
  readonly steps: (samples: Samples, draw: Draw) => readonly (readonly Call[])[];
}

const calls = (...paths: readonly string[]): readonly Call[] => paths.map((path) => ({ path }));
const api = (...paths: readonly string[]): readonly Call[] => calls(...paths.map((path) => `/api/v1${path}`));

/** The pages that people open most (admin/dashboard/browser/pages/); scripts and styles are in the browser's cache by then. */
export const dashboardPages: readonly DashboardPage[] = [
  { name: "first visit: shell, scripts, styles", steps: ({ shell }) => [calls("/"), calls(...shell)] },
  {
    name: "overview",
    steps: () => [api("/runs?limit=20", "/channels", "/orders?pending=true", "/adjustments?state=pending")],
  },
  {
    name: "member",
    steps: ({ members }, draw) => {
      const id = draw.pick(members);
      return [api(`/members/${id}`), api(`/bills?limit=50&memberId=${id}`)];
    },
  },
  {
    name: "bill",
    steps: ({ bills }, draw) => {
      const bill = `/bills/${draw.pick(bills)}`;
      const below = api(`${bill}/timeline`, `${bill}/message`, `${bill}/explanation`);
      return [api(bill), below, api(`${bill}/message.html`)];
    },
  },
  {
    name: "delivery",
    steps: () => [
      api("/statistics/sends?bucketMinutes=60", "/messages/queue", "/channels", "/lag"),
      api("/messages/recent?limit=60"),
    ],
  },
  { name: "dead letters", steps: () => [api("/dead-letters/counts", "/dead-letters?limit=50")] },
  { name: "run", steps: ({ runs }, draw) => [api(`/runs/${draw.pick(runs)}`)] },
];
