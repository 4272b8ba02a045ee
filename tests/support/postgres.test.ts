import assert from "node:assert/strict";
import { test } from "node:test";
import { testDatabase } from "./postgres.ts";

test("each test gets a database of its own, with the newest schema", async (t) => {
  const one = await (await testDatabase(t)).connect();
  const other = await (await testDatabase(t)).connect();
  await one.query("create table mine ()");
  const seen = await other.query(
    "select to_regclass('mine') as mine, to_regclass('schema_migrations')::text as schema",
  );
  assert.deepEqual(seen.rows, [{ mine: null, schema: "schema_migrations" }]);
});
