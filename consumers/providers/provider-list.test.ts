import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import { ConfigError, parseConfig } from "../../platform/config.ts";
import { gatewayVariables } from "../gateway/gateway-variables.ts";
import { providersOf, requireProviders } from "./provider-list.ts";

const variables = gatewayVariables({ defaultPath: "/v1/sms", fields: ["text"] });
const schema = requireProviders(z.object({ ...variables, IN_FLIGHT: z.coerce.number().int() }));

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(schema, { IN_FLIGHT: "1", ...environment });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

function listed(environment: Record<string, string>): ReturnType<typeof providersOf> {
  return providersOf(parseConfig(schema, { IN_FLIGHT: "1", ...environment }));
}

void test("one provider by its URL is a list of one, and an empty list is no list", () => {
  for (const PROVIDERS of ["", "[]"]) {
    const [only, ...others] = listed({ PROVIDER_URL: "https://one.example", PROVIDERS });
    assert.deepEqual(others, []);
    assert.deepEqual([only?.name, only?.url, only?.weight], ["default", "https://one.example", 1]);
    assert.equal(only?.gateway.request.path, "/v1/sms");
  }
});

void test("several, with what each does not say by default", () => {
  const gateway = { request: { path: "/v2/messages" } };
  const list = [
    {
      name: "one",
      url: "https://one.example:8443",
      weight: 3,
      slowAfterMs: 2_000,
      sendsPerSecond: 50,
      gateway,
    },
    { name: "two", url: "http://two.example" },
  ];
  const [one, two] = listed({ PROVIDERS: JSON.stringify(list) });
  assert.deepEqual([one?.weight, one?.slowAfterMs, one?.sendsPerSecond], [3, 2_000, 50]);
  assert.equal(one?.gateway.request.path, "/v2/messages");
  assert.deepEqual(
    [two?.weight, two?.timeoutMs, two?.slowAfterMs, two?.sendsPerSecond, two?.gateway.request.path],
    [1, null, null, 0, "/v1/sms"],
  );
});

void test("every bad field of every provider is named at once, and no value is repeated", () => {
  const headers = { authorization: "Bearer s3cret\n" };
  const list = [
    { name: "One", url: "https://user:s3cret@one.example", weight: 0, gateway: { request: { headers } } },
    {
      name: "two",
      url: "ftp://two.example",
      timeoutMs: 5,
      slowAfterMs: 0,
      sendsPerSecond: -1,
      token: "s3cret",
    },
  ];
  const problems = problemsOf({ PROVIDERS: JSON.stringify(list), IN_FLIGHT: "many" });
  for (const field of [
    ...["0.name", "0.url", "0.weight", "0.gateway.request.headers.authorization"],
    ...["1.url", "1.timeoutMs", "1.slowAfterMs", "1.sendsPerSecond"],
  ]) {
    assert.ok(
      problems.some((problem) => problem.startsWith(`PROVIDERS: ${field}: `)),
      `${field} in ${problems.join("\n")}`,
    );
  }
  assert.ok(problems.some((problem) => problem.includes('"token"')));
  assert.ok(problems.some((problem) => problem.startsWith("IN_FLIGHT: ")));
  assert.doesNotMatch(problems.join(), /s3cret/);
  assert.deepEqual(problemsOf({ PROVIDERS: "[{s3cret" }), ["PROVIDERS: is not JSON"]);
});

void test("a name twice is refused: messages would not know where they were sent", () => {
  const list = ["a", "b", "a"].map((name) => ({ name, url: "https://one.example" }));
  assert.deepEqual(problemsOf({ PROVIDERS: JSON.stringify(list) }), [
    "PROVIDERS: 2.name: is the name of another provider too",
  ]);
});

void test("one form is needed and both are refused, beside whatever else is wrong", () => {
  assert.deepEqual(problemsOf({}), ["PROVIDER_URL: is not set"]);
  const both = {
    PROVIDER_URL: "https://one.example",
    PROVIDERS: '[{"name": "a", "url": "https://two.example"}]',
  };
  assert.deepEqual(problemsOf(both), ["PROVIDERS: must not be set beside PROVIDER_URL"]);
  const problems = problemsOf({ IN_FLIGHT: "many" });
  assert.deepEqual(problems.map((problem) => problem.split(":")[0]).toSorted(), [
    "IN_FLIGHT",
    "PROVIDER_URL",
  ]);
});
