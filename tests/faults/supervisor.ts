import { setTimeout as sleep } from "node:timers/promises";
import { spawnProgram, type TestProcess } from "../delivery/world.ts";

/** How the process at a place is started; asked at each start. */
export type Launch = () => { readonly args: readonly string[]; readonly environment: Record<string, string> };

/** Starts again whatever ends, as a supervisor does. */
export interface Supervisor {
  readonly start: (place: string, launch: Launch) => void;
  readonly signal: (place: string, signal: NodeJS.Signals) => void;
  /** Kills it and starts it with a fault point armed; `reached` is told when it has died there. */
  readonly arm: (place: string, point: string, reached: () => void) => void;
  /** Ends it in order, and keeps it down until `release`. */
  readonly hold: (place: string) => Promise<void>;
  readonly release: (place: string) => void;
  /** Wakes what was stopped and starts anew what is still armed. */
  readonly heal: () => void;
  /** What every process has logged so far. */
  readonly logs: () => readonly string[];
  readonly restarts: () => number;
  readonly close: () => Promise<void>;
}

const restartDelayMs = 300;
const orderlyEndMs = 8_000;

interface Post {
  readonly launch: Launch;
  process: TestProcess;
  armed: { readonly point: string; readonly reached: () => void } | null;
  held: boolean;
}

/** A supervisor of nothing yet. */
export function createSupervisor(): Supervisor {
  const posts = new Map<string, Post>();
  const ended: TestProcess[] = [];
  let closing = false;
  let restarts = 0;

  const run = (post: Post): void => {
    const { args, environment } = post.launch();
    const armed = post.armed === null ? {} : { FAULT_POINT: post.armed.point };
    const started = spawnProgram(args, { ...environment, ...armed });
    post.process = started;
    started.child.stdout?.resume();
    const own = post.armed;
    void started.ended.then(async (how) => {
      ended.push(started);
      // It may have been replaced meanwhile, or killed to be armed.
      if (own !== null && post.armed === own && how === "SIGKILL") {
        post.armed = null;
        own.reached();
      }
      await sleep(restartDelayMs);
      if (closing || post.held || post.process !== started) return;
      restarts++;
      run(post);
    });
  };
  const at = (place: string): Post => {
    const post = posts.get(place);
    if (post === undefined) throw new Error(`nobody at ${place}`);
    return post;
  };
  const signal = (place: string, name: NodeJS.Signals): void => {
    at(place).process.child.kill(name);
  };
  return {
    start(place, launch) {
      const post = { launch, armed: null, held: false } as unknown as Post;
      posts.set(place, post);
      run(post);
    },
    signal,
    arm(place, point, reached) {
      const post = at(place);
      if (post.held) return;
      post.armed = null;
      post.process.child.kill("SIGKILL");
      post.armed = { point, reached };
      run(post);
    },
    async hold(place) {
      const post = at(place);
      post.held = true;
      post.process.child.kill("SIGCONT");
      post.process.child.kill("SIGTERM");
      const force = setTimeout(() => post.process.child.kill("SIGKILL"), orderlyEndMs);
      await post.process.ended;
      clearTimeout(force);
    },
    release(place) {
      const post = at(place);
      post.held = false;
      run(post);
    },
    heal() {
      for (const post of posts.values()) {
        post.process.child.kill("SIGCONT");
        if (post.armed === null) continue;
        post.armed = null;
        post.process.child.kill("SIGKILL");
      }
    },
    logs: () => [...ended, ...[...posts.values()].map((post) => post.process)].map(({ stderr }) => stderr()),
    restarts: () => restarts,
    async close() {
      closing = true;
      const all = [...posts.values()].map((post) => post.process);
      for (const { child } of all) child.kill("SIGKILL");
      await Promise.all(all.map((one) => one.ended));
    },
  };
}
