import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { parse } from "yaml";
import { definitionName } from "../../crds/custom-resource-definition.ts";
import { kinds, type Kind } from "../../crds/kinds.ts";
import type { StructuralSchema } from "../../crds/structural-schema.ts";
import { ApiServer } from "./api-server.ts";
import { minimalSpec } from "./minimal-spec.ts";
import type { Refusal } from "./refusals.ts";
import { nameOf, outOfBounds, withValueAt } from "./schema-bounds.ts";

const server = await ApiServer.start();
after(() => server.stop());

/** Fields without a default, which a value can only be set beside. */
const optional: Readonly<Record<string, object>> = {
  BillingRun: { dispatch: { releaseAt: "2026-11-05T09:00:00+09:00" } },
  BillingSchedule: { startingDeadlineSeconds: 3_600 },
  NotificationPolicy: {
    holidays: ["2026-12-25"],
    retries: Object.fromEntries(["email", "sms", "push"].map((channel) => [channel, { delays: ["1m"] }])),
  },
};

/** The schema of `spec` as it is installed. */
function publishedSpec(kind: Kind): StructuralSchema {
  const group = definitionName(kind).slice(kind.plural.length + 1);
  const file = new URL(`../../crds/${group}_${kind.plural}.yaml`, import.meta.url);
  const { spec } = parse(readFileSync(file, "utf8")) as {
    spec: { versions: [{ schema: { openAPIV3Schema: { properties: { spec: StructuralSchema } } } }] };
  };
  return spec.versions[0].schema.openAPIV3Schema.properties.spec;
}

for (const kind of kinds) {
  const name = kind.kind as Refusal["kind"];
  test(`${name}: just outside of each limit of its spec, the API server and zod refuse, and blame that field`, async () => {
    const full = kind.spec.parse({ ...minimalSpec[name], ...optional[name] });
    const accepted = await server.create(kind, "x", { spec: full });
    assert.equal(accepted.status, 201, accepted.message);
    const limits = outOfBounds(publishedSpec(kind));
    assert.ok(limits.length >= 15, `${limits.length}`);
    for (const { path, keyword, value, says } of limits) {
      const field = `spec${nameOf(path)}`;
      const spec = withValueAt(full, path, value);
      const { status, causes } = await server.create(kind, "x", { spec: spec as object });
      const told = JSON.stringify(causes);
      assert.equal(status, 422, `${keyword} of ${field}`);
      assert.ok(
        causes.some((cause) => cause.field === field && says.test(cause.message)),
        `${keyword} of ${field}: ${told}`,
      );
      assert.equal(kind.spec.safeParse(spec).success, false, `zod: ${keyword} of ${field}`);
    }
  });
}
