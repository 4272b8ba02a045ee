import assert from "node:assert/strict";
import { test } from "node:test";
import { UnconfirmedOffsets } from "./kafka-unconfirmed.ts";

const topic = "notifications";

test("an offset is asked for again until it is confirmed, and a later one takes its place", () => {
  const offsets = new UnconfirmedOffsets();
  offsets.asked([{ topic, partition: 0, offset: 10 }], 0);
  assert.deepEqual(offsets.toRepeat(1_999), []);
  assert.deepEqual(offsets.toRepeat(2_000), [{ topic, partition: 0, offset: 10 }]);
  assert.deepEqual(offsets.toRepeat(3_000), []);
  offsets.asked([{ topic, partition: 0, offset: 20 }], 3_000);
  offsets.confirmed([{ partition: 0, offset: 10 }]);
  assert.deepEqual(offsets.toRepeat(5_000), [{ topic, partition: 0, offset: 20 }]);
  offsets.confirmed([{ partition: 0, offset: 20 }]);
  assert.deepEqual(offsets.toRepeat(9_000), []);
});

test("a partition that went to another member is not committed any more", () => {
  const offsets = new UnconfirmedOffsets();
  for (const partition of [0, 1]) offsets.asked([{ topic, partition, offset: 5 }], 0);
  offsets.keepOnly([1]);
  assert.deepEqual(offsets.toRepeat(2_000), [{ topic, partition: 1, offset: 5 }]);
});

test("less than was done with, as an older commit leaves it, is asked for again", () => {
  const offsets = new UnconfirmedOffsets();
  for (const partition of [0, 1]) offsets.asked([{ topic, partition, offset: 20 }], 0);
  offsets.asked([{ topic, partition: 0, offset: 10 }], 1);
  offsets.confirmed([0, 1].map((partition) => ({ partition, offset: 20 })));
  offsets.stands({ partition: 1, offset: 20 });
  assert.deepEqual(offsets.toRepeat(9_000), []);
  offsets.stands({ partition: 0, offset: 10 });
  assert.deepEqual(offsets.toRepeat(9_000), [{ topic, partition: 0, offset: 20 }]);
  offsets.keepOnly([1]);
  offsets.stands({ partition: 0, offset: 10 });
  assert.deepEqual(offsets.toRepeat(20_000), []);
});
