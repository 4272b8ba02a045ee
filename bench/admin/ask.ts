import type { Draw } from "./draw.ts";
import type { Samples } from "./samples.ts";

/** A request to be timed; with a body it is a POST. */
export interface Call {
  /** From the root: `/api/v1/…`. */
  readonly path: string;
  readonly body?: object;
}

/** One way of using a route, e.g. with a filter. */
export interface Ask {
  /** What is special about it; "" = nothing. */
  readonly name: string;
  readonly call: (samples: Samples, draw: Draw) => Call;
}

/** How each route is asked, by its path below its base. */
export type Plan = Readonly<Record<string, readonly Ask[]>>;

/** An ask of a path of its own with these query parameters. */
export function ask(name: string, path: (samples: Samples, draw: Draw) => string): Ask {
  return { name, call: (samples, draw) => ({ path: path(samples, draw) }) };
}

/** Throws with every route that no plan asks and no reason excuses, and every plan of a route that is no more. */
export function refuseUnasked(
  routes: readonly string[],
  plan: Plan,
  excused: Readonly<Record<string, string>>,
): void {
  const known = new Set(routes);
  const asked = new Set([...Object.keys(plan), ...Object.keys(excused)]);
  const problems = [
    ...[...known].filter((path) => !asked.has(path)).map((path) => `nobody asks ${path}: add it to the plan`),
    ...[...asked].filter((path) => !known.has(path)).map((path) => `there is no route ${path}: take it out`),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
