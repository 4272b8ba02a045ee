import assert from "node:assert/strict";
import type { Phase } from "../../crds/billing-run-status.ts";
import { runPlace } from "../../platform/tracing/trace-ids.ts";
import { PERIOD } from "../settlement/support.ts";
import type { Collector, ReceivedSpan } from "../tracing/collector.ts";
import type { World } from "./world.ts";

/** The span above those of the run's jobs, as the operator ended it in this phase. */
export async function rootSpan(world: World, { spans }: Collector, phase: Phase): Promise<ReceivedSpan> {
  const root = await world.eventually(
    () =>
      Promise.resolve(
        spans.find(({ name, attributes }) => name === "billing run" && attributes["billing.phase"] === phase),
      ),
    () => `a span of the run that is ${phase}, among ${spans.map(({ name }) => name).join(", ")}`,
  );
  const { traceId, spanId } = runPlace((await world.get("october"))?.metadata.uid ?? "", 1);
  assert.deepEqual([root.service, root.traceId, root.spanId], ["billing-operator", traceId, spanId]);
  assert.equal(root.parentSpanId, "", "it stands above all others");
  const { "billing.period": period, "billing.generation": generation } = root.attributes;
  assert.deepEqual([period, generation], [PERIOD, 1]);
  return root;
}
