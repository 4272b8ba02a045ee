import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { z } from "zod";
import { ConfigError, parseConfig } from "../../platform/config.ts";
import { gatewayVariables } from "./gateway-variables.ts";
import { compileRequest, type Values } from "./request-template.ts";

const schema = z.object(gatewayVariables({ defaultPath: "/v1/push", fields: ["title", "text"] }));

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(schema, { PROVIDER_URL: "https://gateway.example", ...environment });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems;
  }
}

void test("every bad field is named, and no value is repeated", () => {
  const secret = "Bearer s3cret";
  const config = {
    request: {
      method: "GET",
      path: "v1/{{content.title}}",
      headers: { authorization: `${secret}\n`, host: secret, "bad name": secret, "x-to": "{{to}}" },
      body: { to: "{{too}}", list: ["{{content.subject}}", 1] },
      token: secret,
    },
    response: {
      rules: [
        { status: ["2x"], outcome: "fine" },
        { body: { pointer: "code" }, outcome: "accepted" },
      ],
      messageId: "id",
      defaultRetryAfterSeconds: -1,
    },
  };
  const problems = problemsOf({ PROVIDER_GATEWAY: JSON.stringify(config) });
  assert.ok(problems.every((problem) => problem.startsWith("PROVIDER_GATEWAY: ")));
  for (const field of [
    ...["request.method", "request.path", "request.headers.authorization", "request.headers.host"],
    ...["request.headers.bad name", "request.headers.x-to", "request.body", "response.rules.0.status.0"],
    ...["response.rules.0.outcome", "response.rules.1.body.pointer", "response.messageId"],
    ...["response.defaultRetryAfterSeconds"],
  ]) {
    assert.ok(
      problems.some((problem) => problem.startsWith(`PROVIDER_GATEWAY: ${field}: `)),
      `${field} in ${problems.join("\n")}`,
    );
  }
  assert.ok(problems.some((problem) => problem.includes('"token"')));
  assert.ok(problems.some((problem) => problem.includes("{{too}}")));
  assert.ok(problems.some((problem) => problem.includes("{{content.subject}}")));
  assert.doesNotMatch(problems.join(), /s3cret/);
});

void test("what is no JSON is not quoted", () => {
  assert.deepEqual(problemsOf({ PROVIDER_GATEWAY: '{"authorization": Bearer s3cret}' }), [
    "PROVIDER_GATEWAY: is not JSON",
  ]);
});

void test("the address is a gateway's, and ends after host and port", () => {
  assert.equal(problemsOf({ PROVIDER_URL: "smtp://mail.example" }).length, 1);
  assert.equal(problemsOf({ PROVIDER_URL: "https://gateway.example/v2?key=s3cret" }).length, 1);
  assert.deepEqual(problemsOf({ PROVIDER_URL: "https://gateway.example:8443/", PROVIDER_GATEWAY: "" }), []);
});

void test("whatever the values are, the request keeps its shape", () => {
  const { PROVIDER_GATEWAY: gateway } = parseConfig(schema, {
    PROVIDER_URL: "https://gateway.example",
    PROVIDER_GATEWAY: JSON.stringify({
      request: {
        path: "/to/{{to}}/end",
        body: { token: "{{to}}", notice: { title: "<{{content.title}}>" } },
      },
    }),
  });
  const template = compileRequest(gateway.request);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (title, to) => {
      fc.pre(to.isWellFormed());
      const values: Values = { to, idempotencyKey: "k", "content.title": title, "content.text": "" };
      const path = template.path(values);
      assert.match(path, /^\/to\/[^/?#\s]*\/end$/);
      assert.equal(decodeURIComponent(path.slice(4, -4)), to);
      assert.deepEqual(JSON.parse(template.body(values)), { token: to, notice: { title: `<${title}>` } });
    }),
  );
});
