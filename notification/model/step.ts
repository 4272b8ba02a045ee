import type { World } from "./world.ts";

/** One step of somebody. */
export interface Step {
  readonly name: string;
  readonly world: World;
  /**
   * `work`: what the product does by itself. `bad`: a crash, a loss, a replay. `person`: an order somebody gives.
   * Only work may be needed to come to an end; that a person lets go what a person holds counts as work.
   */
  readonly kind: "work" | "bad" | "person";
}

/** A step that the product takes by itself. */
export function work(name: string, world: World): Step {
  return { name, world, kind: "work" };
}

/** Something that goes wrong. */
export function bad(name: string, world: World): Step {
  return { name, world, kind: "bad" };
}
