import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, refuseUnasked } from "./ask.ts";
import { askedRoutes, excused, plan } from "./plan.ts";

const one = [ask("", () => "/")];

test("a route that nobody asks is named, and so is a plan without a route", () => {
  refuseUnasked(["/a", "/b"], { "/a": one }, { "/b": "only in a cluster" });
  assert.throws(() => refuseUnasked(["/a", "/b"], { "/a": one }, {}), /nobody asks \/b/);
  assert.throws(() => refuseUnasked(["/a"], { "/a": one }, { "/c": "gone" }), /no route \/c/);
});

test("the plan asks every route of the API that reads", () => {
  assert.ok(askedRoutes.length > 40);
  refuseUnasked(askedRoutes, plan, excused);
});
