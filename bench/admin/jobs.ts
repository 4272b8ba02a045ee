import type { Call, Plan } from "./ask.ts";
import type { Draw } from "./draw.ts";
import type { Job } from "./measure-calls.ts";
import { dashboardPages } from "./pages.ts";
import type { Samples } from "./samples.ts";
import type { SignedIn } from "./signed-in.ts";

/** What calls are made of, and who makes them. */
export interface Asker {
  readonly samples: Samples;
  readonly draw: Draw;
  readonly person: SignedIn;
}

/** Browsers open so many connections to one server. */
const connectionsOfBrowser = 6;

/** A job for each way in which a route is asked, with fresh parameters at every call. */
export function jobsOfPlan(plan: Plan, { samples, draw, person }: Asker): readonly Job[] {
  return Object.entries(plan).flatMap(([path, asks]) =>
    asks.map(({ name, call }) => ({
      name: name === "" ? path : `${path} (${name})`,
      run: () => person.time(call(samples, draw)),
    })),
  );
}

/** A job for each page of the dashboard; its time is that from the first call to the last answer. */
export function jobsOfPages({ samples, draw, person }: Asker): readonly Job[] {
  return dashboardPages.map(({ name, steps }) => ({
    name,
    run: async () => {
      const startMs = performance.now();
      let bytes = 0;
      for (const step of steps(samples, draw)) bytes += await openAll(step, person);
      return { ms: performance.now() - startMs, bytes };
    },
  }));
}

async function openAll(calls: readonly Call[], person: SignedIn): Promise<number> {
  const left = [...calls];
  let bytes = 0;
  const connection = async (): Promise<void> => {
    for (let call = left.shift(); call !== undefined; call = left.shift()) {
      bytes += (await person.time(call)).bytes;
    }
  };
  await Promise.all(Array.from({ length: connectionsOfBrowser }, connection));
  return bytes;
}
