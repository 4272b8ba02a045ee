import assert from "node:assert/strict";
import { test } from "node:test";
import { collectionPath, objectPath, withQuery } from "./resource-path.ts";

const jobs = { group: "batch", version: "v1", plural: "jobs" };
const nodes = { group: "", version: "v1", plural: "nodes" };

test("the core group has a root of its own, and cluster-wide kinds no namespace", () => {
  assert.equal(collectionPath(nodes), "/api/v1/nodes");
  assert.equal(collectionPath(jobs), "/apis/batch/v1/jobs");
  assert.equal(collectionPath(jobs, "billing"), "/apis/batch/v1/namespaces/billing/jobs");
  assert.equal(objectPath({ resource: nodes, namespace: "", name: "node-1" }), "/api/v1/nodes/node-1");
});

test("a name cannot leave its place in the path", () => {
  const address = {
    resource: jobs,
    namespace: "billing",
    name: "../pods/x?y",
    subresource: "status",
  } as const;
  assert.equal(objectPath(address), "/apis/batch/v1/namespaces/billing/jobs/..%2Fpods%2Fx%3Fy/status");
});

test("a query has what is given, encoded", () => {
  assert.equal(withQuery("/x", { labelSelector: undefined }), "/x");
  assert.equal(
    withQuery("/x", { labelSelector: "a in (b, c)", watch: true, limit: 500 }),
    "/x?labelSelector=a+in+%28b%2C+c%29&watch=true&limit=500",
  );
});
