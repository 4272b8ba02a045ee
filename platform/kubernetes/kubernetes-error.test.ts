import assert from "node:assert/strict";
import { test } from "node:test";
import {
  errorOfAnswer,
  errorOfSilence,
  isAlreadyExists,
  isConflict,
  KubernetesError,
} from "./kubernetes-error.ts";

const status = (reason: string, extra = {}): string => JSON.stringify({ kind: "Status", reason, ...extra });

test("an answer's status, reason and message are the server's", () => {
  const error = errorOfAnswer(409, status("Conflict", { message: "modified" }), undefined);
  assert.deepEqual(
    [error.status, error.reason, error.message, error.retryAfterMs],
    [409, "Conflict", "modified", null],
  );
});

test("both kinds of 409 are told apart", () => {
  const exists = errorOfAnswer(409, status("AlreadyExists"), undefined);
  const conflict = errorOfAnswer(409, status("Conflict"), undefined);
  assert.deepEqual([isAlreadyExists(exists), isConflict(exists)], [true, false]);
  assert.deepEqual([isAlreadyExists(conflict), isConflict(conflict)], [false, true]);
});

test("Retry-After comes from the header, else from the Status; a date is no number of seconds", () => {
  const inBody = status("TooManyRequests", { details: { retryAfterSeconds: 3 } });
  assert.equal(errorOfAnswer(429, inBody, "7").retryAfterMs, 7000);
  assert.equal(errorOfAnswer(429, inBody, undefined).retryAfterMs, 3000);
  assert.equal(errorOfAnswer(429, "slow down", "Wed, 21 Oct 2026 07:28:00 GMT").retryAfterMs, null);
});

test("an answer that is no Status, as proxies give, keeps its text", () => {
  assert.equal(errorOfAnswer(502, "<html>Bad Gateway</html>", undefined).message, "<html>Bad Gateway</html>");
  assert.equal(errorOfAnswer(502, "", undefined).message, "HTTP 502");
});

test("no answer is status 0 with the socket's reason", () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const error = errorOfSilence("GET /api", refused);
  assert.deepEqual(
    [error.status, error.reason, error.message],
    [0, "ECONNREFUSED", "GET /api: connect ECONNREFUSED"],
  );
  assert.equal(errorOfSilence("GET /api", new DOMException("late", "TimeoutError")).reason, "Timeout");
  const known = new KubernetesError(410, "Expired", "too old");
  assert.equal(errorOfSilence("watch", known), known);
});
