import { isUnderWay } from "../notification-row.ts";
import { consumerSteps } from "./consumer-steps.ts";
import { dispatcherSteps } from "./dispatcher-steps.ts";
import { forget } from "./forget.ts";
import { stepLaws, worldLaws } from "./laws.ts";
import { accidents, orderSteps, receiptSteps } from "./other-steps.ts";
import type { ModelParts } from "./parts.ts";
import { signature } from "./signature.ts";
import type { Step } from "./step.ts";
import { firstWorld, type World } from "./world.ts";

/** A law that does not hold, and the shortest way to where it does not. */
export interface Violation {
  readonly law: string;
  readonly path: readonly string[];
}

/** What a search has found. */
export interface Exploration {
  readonly worlds: number;
  readonly steps: number;
  /** Of each law the first. */
  readonly violations: readonly Violation[];
  /** How often each step was taken. */
  readonly taken: ReadonlyMap<string, number>;
  /** States (with the cause of DEAD) that were reached. */
  readonly states: ReadonlySet<string>;
}

interface Node {
  readonly world: World;
  readonly from: number;
  readonly step: string;
}

/**
 * Every world that the parts can come to, breadth-first; each law is asked of every world and every step. Ends early
 * when `until` is the law and it is broken.
 */
export function explore(parts: ModelParts, until?: string): Exploration {
  const numbers = new Map<string, number>();
  const nodes: Node[] = [];
  const workInto: number[][] = [];
  const violations = new Map<string, readonly string[]>();
  const taken = new Map<string, number>();
  const states = new Set<string>();
  const visit = (world: World, from: number, step: string): number => {
    const name = signature(world);
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, nodes.length);
    nodes.push({ world, from, step });
    workInto.push([]);
    states.add(world.row.state === "DEAD" ? `DEAD ${world.row.cause}` : world.row.state);
    return nodes.length - 1;
  };
  const accuse = (laws: readonly string[], at: number, last: readonly string[] = []): void => {
    for (const law of laws) if (!violations.has(law)) violations.set(law, [...pathTo(nodes, at), ...last]);
  };
  visit(firstWorld(), -1, "promotion");
  let steps = 0;
  for (let at = 0; at < nodes.length && !violations.has(until ?? ""); at++) {
    const { world } = nodes[at] ?? { world: firstWorld() };
    const broken = worldLaws(world, parts.rules);
    accuse(broken, at);
    // Behind a broken law anything may follow, and without end.
    if (broken.length > 0) continue;
    for (const step of stepsOf(world, parts)) {
      steps++;
      taken.set(step.name, (taken.get(step.name) ?? 0) + 1);
      accuse(stepLaws(world.row, step), at, [step.name]);
      const to = visit(forget(step.world, parts), at, step.name);
      if (step.kind === "work" && to !== at) workInto[to]?.push(at);
    }
  }
  const stuck = firstStuck(nodes, workInto);
  if (stuck !== undefined) accuse(["from everywhere work alone comes to an end"], stuck);
  const found = [...violations].map(([law, path]) => ({ law, path }));
  return { worlds: nodes.length, steps, violations: found, taken, states };
}

function stepsOf(world: World, parts: ModelParts): Step[] {
  return [
    ...dispatcherSteps(world, parts),
    ...consumerSteps(world, 0, parts),
    ...consumerSteps(world, 1, parts),
    ...accidents(world, parts),
    ...(parts.receipts ? receiptSteps(world, parts) : []),
    ...(parts.people ? orderSteps(world, parts) : []),
  ];
}

/** A world from which no work leads to an end of the message; found backwards from all ends. */
function firstStuck(nodes: readonly Node[], workInto: readonly (readonly number[])[]): number | undefined {
  const canEnd = new Uint8Array(nodes.length);
  const frontier: number[] = [];
  for (const [at, { world }] of nodes.entries()) {
    if (isUnderWay(world.row)) continue;
    canEnd[at] = 1;
    frontier.push(at);
  }
  for (let at = frontier.pop(); at !== undefined; at = frontier.pop()) {
    for (const before of workInto[at] ?? []) {
      if (canEnd[before] === 1) continue;
      canEnd[before] = 1;
      frontier.push(before);
    }
  }
  const stuck = canEnd.indexOf(0);
  return stuck === -1 ? undefined : stuck;
}

function pathTo(nodes: readonly Node[], at: number): string[] {
  const path: string[] = [];
  for (let index = at; index >= 0; index = nodes[index]?.from ?? -1) path.unshift(nodes[index]?.step ?? "");
  return path;
}
