import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { exampleDigest } from "./example-observations.ts";
import { World } from "./example-world.ts";

// A model of the world, driven by random events. What must hold at every action is asserted there.

const strictGates = { totalChangePercent: 20, heldBills: 2, billChangePercent: 300 };

const events: Readonly<Record<string, (world: World) => void>> = {
  succeed: (world) => {
    world.work("succeed");
  },
  fail: (world) => {
    world.work("fail");
  },
  decide: (world) => {
    world.step();
  },
  loseStatus: (world) => {
    world.status = undefined;
  },
  restart: (world) => {
    world.jobs.clear();
  },
  suspend: (world) => {
    world.change({ suspend: true });
  },
  resume: (world) => {
    world.change({ suspend: false });
  },
  plan: (world) => {
    world.change({ mode: "Plan" });
  },
  commit: (world) => {
    world.change({ mode: "Commit" });
  },
  closeGate: (world) => {
    world.change({ gates: strictGates });
  },
  approve: (world) => {
    world.change({ approvedDigest: exampleDigest });
  },
  approveOther: (world) => {
    world.change({ approvedDigest: "cd".repeat(32) });
  },
  resize: (world) => {
    world.change({ parallelism: (world.run.spec.parallelism % 4) + 1 });
  },
  retry: (world) => {
    world.change({ retryGeneration: world.run.spec.retryGeneration + 1 });
  },
  widenCanary: (world) => {
    world.change({ canary: { partitions: 2 } });
  },
  occupy: (world) => {
    world.busy = world.ledger === null;
  },
  vacate: (world) => {
    world.busy = false;
  },
  manual: (world) => {
    world.change({ dispatch: { ...world.run.spec.dispatch, release: "Manual" } });
  },
};

const eventNames = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("succeed", "decide") },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(events)) },
  ),
  { maxLength: 60 },
);

function play(world: World, names: readonly string[]): void {
  for (const name of names) {
    events[name]?.(world);
    world.step();
  }
}

test("whatever happened before, a run whose jobs succeed reaches its end", () => {
  fc.assert(
    fc.property(eventNames, (names) => {
      const world = new World();
      play(world, names);
      world.busy = false;
      const { dispatch } = world.run.spec;
      world.change({
        ...{ suspend: false, approvedDigest: exampleDigest },
        dispatch: { ...dispatch, release: "Automatic" },
      });
      for (let turn = 0; turn < 40; turn++) {
        world.step();
        // Asked for only where something has failed: a retry would also free a run that hangs.
        if (world.status?.phase === "Failed")
          world.change({ retryGeneration: world.run.spec.retryGeneration + 1 });
        world.work("succeed");
      }
      world.step();
      assert.ok(world.isFinished(), `stuck in ${world.status?.phase ?? "?"}`);
      assert.equal(world.ledger?.state, "live");
      assert.equal(world.status?.phase, "Completed");
    }),
    { numRuns: 2_000, examples: [[["succeed", "succeed", "succeed", "fail", "widenCanary"]]] },
  );
});

test("cancel is final: no job starts any more, the run ends, and taking it back changes nothing", () => {
  fc.assert(
    fc.property(eventNames, eventNames, (before, after) => {
      const world = new World();
      play(world, before);
      world.change({ cancel: true });
      world.step();
      const startedBefore = world.started.length;
      play(
        world,
        after.filter((name) => name !== "fail"),
      );
      for (let turn = 0; turn < 20; turn++) {
        world.step();
        world.work("succeed");
      }
      world.step();
      assert.equal(world.started.length, startedBefore);
      assert.ok(world.isFinished(), `stuck in ${world.status?.phase ?? "?"}`);
      if (world.ledger?.state === "abandoned") {
        world.change({ cancel: false });
        world.step();
        assert.equal(world.status?.phase, "Cancelled");
      }
    }),
    { numRuns: 2_000 },
  );
});

test("a run that is refused while another computes its period begins by itself when that one is gone", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(fc.constantFrom("decide", "succeed"), { maxLength: 10 }),
      (race, names) => {
        const world = new World();
        if (race) world.step(); // accepted, and prepare started, before the other run's generation was there
        world.busy = true;
        play(world, [...names, "succeed", "decide"]);
        assert.equal(world.status?.phase, "Pending");
        assert.equal(world.isFinished(), false);
        world.busy = false;
        for (let turn = 0; turn < 40; turn++) {
          world.step();
          world.work("succeed");
        }
        world.step();
        assert.equal(world.status.phase, "Completed");
      },
    ),
  );
});

test("a deleted run is let go when nothing is at work, its period free, live bills and released messages untouched", () => {
  fc.assert(
    fc.property(eventNames, eventNames, (before, after) => {
      const world = new World();
      play(world, before);
      const wasLive = world.ledger?.state === "live";
      world.delete();
      const startedBefore = world.started.length;
      const messagesBefore = world.ledger?.notifications?.dropped;
      play(world, after);
      for (let turn = 0; turn < 10; turn++) {
        world.step();
        world.work("succeed");
      }
      assert.ok(world.gone, `stuck in ${world.status?.phase ?? "?"}`);
      assert.equal(world.started.length, startedBefore);
      if (wasLive) assert.equal(world.ledger?.state, "live");
      if (wasLive) assert.equal(world.ledger?.notifications?.dropped, messagesBefore);
    }),
    { numRuns: 2_000 },
  );
});
