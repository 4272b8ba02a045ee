import { isUnderWay } from "../../notification-row.ts";
import type { AgainParts } from "./parts.ts";
import { stepsOf } from "./steps.ts";
import { believed, firstWorld, signature, type World } from "./world.ts";

/** What a search has found: how many worlds, each step that was taken, and of each broken law the shortest way there. */
export interface AgainExploration {
  readonly worlds: number;
  readonly taken: ReadonlySet<string>;
  readonly violations: ReadonlyMap<string, readonly string[]>;
}

interface Node {
  readonly world: World;
  readonly from: number;
  readonly step: string;
}

/** Every world that a bill settled again can come to, breadth-first; ends early when `until` is broken. */
export function exploreAgain(parts: AgainParts, until?: string): AgainExploration {
  const numbers = new Map<string, number>();
  const nodes: Node[] = [];
  const workInto: number[][] = [];
  const taken = new Set<string>();
  const violations = new Map<string, readonly string[]>();
  const visit = (world: World, from: number, step: string): number => {
    const name = signature(world);
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, nodes.length);
    nodes.push({ world, from, step });
    workInto.push([]);
    return nodes.length - 1;
  };
  visit(firstWorld(), -1, "first promotion");
  for (let at = 0; at < nodes.length && !violations.has(until ?? ""); at++) {
    const { world } = nodes[at] ?? { world: firstWorld() };
    const broken = lawsBroken(world, parts.sameAmount);
    for (const law of broken) if (!violations.has(law)) violations.set(law, pathTo(nodes, at));
    if (broken.length > 0) continue;
    for (const { name, world: after, work } of stepsOf(world, parts)) {
      taken.add(name);
      const to = visit(after, at, name);
      if (work && to !== at) workInto[to]?.push(at);
    }
  }
  const stuck = firstStuck(nodes, workInto);
  if (stuck >= 0) violations.set("from everywhere work alone comes to an end", pathTo(nodes, stuck));
  return { worlds: nodes.length, taken, violations };
}

function lawsBroken(world: World, sameAmount: boolean): string[] {
  const { former, next, stage, withdrawn, consumer, wrong } = world;
  const broken = wrong === null ? [] : [wrong];
  if (withdrawn && former.state !== "SENDING" && isUnderWay(former)) {
    broken.push("no message of a superseded bill is sent again");
  }
  if (!isOver(world) || consumer.at !== "idle") return broken;
  const saysNothing = next === null || next.state === "CANCELLED";
  const last = saysNothing ? former : next;
  const belief = believed(world);
  const knows = belief !== undefined && (stage !== "promoted" || sameAmount || belief === "next");
  if (last.state !== "DEAD" && !knows)
    broken.push("in the end who has a bill believes its amount, or its message is dead");
  return broken;
}

function isOver({ former, next, stage }: World): boolean {
  return stage !== "planned" && !isUnderWay(former) && (next === null || !isUnderWay(next));
}

function firstStuck(nodes: readonly Node[], workInto: readonly (readonly number[])[]): number {
  const canEnd = new Uint8Array(nodes.length);
  const frontier = nodes.flatMap(({ world }, at) => (isOver(world) ? [at] : []));
  for (const at of frontier) canEnd[at] = 1;
  for (let at = frontier.pop(); at !== undefined; at = frontier.pop()) {
    for (const before of workInto[at] ?? []) {
      if (canEnd[before] === 1) continue;
      canEnd[before] = 1;
      frontier.push(before);
    }
  }
  return canEnd.indexOf(0);
}

function pathTo(nodes: readonly Node[], at: number): string[] {
  const path: string[] = [];
  for (let index = at; index >= 0; index = nodes[index]?.from ?? -1) path.unshift(nodes[index]?.step ?? "");
  return path;
}
