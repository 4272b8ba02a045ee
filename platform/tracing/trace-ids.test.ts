import assert from "node:assert/strict";
import { test } from "node:test";
import { messagePlace, placeOfTraceparent, runPlace, traceparentOf } from "./trace-ids.ts";

test("a run's generation and a message have one place each, in whatever process", () => {
  const run = "00000000-0000-4000-8000-000000000001";
  assert.deepEqual(runPlace(run, 1), runPlace(run, 1));
  const places = [runPlace(run, 1), runPlace(run, 2), runPlace(`${run}1`, 1)];
  const messages = [
    { billId: 2_026_100_000_000_001, generation: 1 },
    { billId: 2_026_100_000_000_001, generation: 2 },
  ].map(messagePlace);
  const all = [...places, ...messages];
  assert.equal(new Set(all.map(({ traceId }) => traceId)).size, all.length);
  for (const { traceId, spanId } of all) {
    assert.match(traceId, /^[0-9a-f]{32}$/);
    assert.match(spanId, /^[0-9a-f]{16}$/);
  }
});

test("a place goes through a header and comes out the same; what is not sampled, or no header, is none", () => {
  const place = runPlace("run", 1);
  const header = traceparentOf(place);
  assert.match(header, /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.deepEqual(placeOfTraceparent(header), place);
  const bad = [
    "",
    "00",
    header.replace(/01$/, "00"),
    header.toUpperCase(),
    `${header}-more`,
    header.replace(/^00/, "ff"),
    `00-${"0".repeat(32)}-${place.spanId}-01`,
    `00-${place.traceId}-${"0".repeat(16)}-01`,
  ];
  for (const one of bad) assert.equal(placeOfTraceparent(one), null, one);
});
