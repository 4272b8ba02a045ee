import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ConfigError, databaseVariables, encryptionVariables, parseConfig } from "./config.ts";

const key = Buffer.alloc(32, 7).toString("base64");
const schema = z.object({ ...databaseVariables, ...encryptionVariables });

test("every bad variable is named at once, with what it must be", () => {
  const environment = {
    DATABASE_URL: "mysql://x",
    DATABASE_ROLE: "Robert'); --",
    ENCRYPTION_KEYS: "k1:short",
  };
  assert.throws(
    () => parseConfig(schema, environment),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.deepEqual(
        error.problems.map((problem) => problem.split(":")[0]),
        ["DATABASE_URL", "DATABASE_ROLE", "ENCRYPTION_KEYS", "BLIND_INDEX_KEY"],
      );
      assert.match(error.problems[0] ?? "", /must be postgresql:/);
      assert.match(error.problems[3] ?? "", /is not set/);
      return true;
    },
  );
});

test("no problem repeats a secret", () => {
  const environment = {
    DATABASE_URL: "mysql://user:hunter2@host/db",
    ENCRYPTION_KEYS: "k1:hunter2",
    BLIND_INDEX_KEY: key,
  };
  assert.throws(
    () => parseConfig(schema, environment),
    (error) => !String(error).includes("hunter2"),
  );
});

test("what is right is parsed, with its defaults", () => {
  const environment = {
    DATABASE_URL: "postgresql://u@h/d",
    ENCRYPTION_KEYS: `k1:${key}`,
    BLIND_INDEX_KEY: key,
  };
  assert.deepEqual(parseConfig(schema, environment), { ...environment, DATABASE_ROLE: "" });
});

test("a process with a wrong configuration says what is wrong and exits 78", () => {
  const main = fileURLToPath(new URL("../main.ts", import.meta.url));
  const args = [main, "settle", "--period", "2026-10", "--generation", "1", "--partition", "0"];
  const { status, stderr } = spawnSync(process.execPath, args, {
    env: { LOG_LEVEL: "loud" },
    encoding: "utf8",
  });
  assert.equal(status, 78);
  assert.match(stderr, /DATABASE_URL: is not set/);
  assert.match(stderr, /LOG_LEVEL: /);
});
