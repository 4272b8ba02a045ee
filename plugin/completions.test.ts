import assert from "node:assert/strict";
import { test } from "node:test";
import { Command } from "commander";
import { define } from "./command.ts";
import { completionsOf } from "./completions.ts";

const program = new Command("kubectl-billing");
define(program);

const names = {
  runs: () => Promise.resolve(["2026-09", "2026-10", "rerun"]),
  namespaces: () => Promise.resolve(["billing", "default"]),
};

const complete = (line: string): Promise<string[]> => completionsOf(program, line.split(" "), names);

test("commands by their beginning; hidden ones are not offered", async () => {
  assert.deepEqual(await complete("re"), ["retry", "resume", "release"]);
  assert.ok(!(await complete("")).includes("__complete"));
});

test("names of runs where a command takes one, and no second one", async () => {
  assert.deepEqual(await complete("plan 2026"), ["2026-09", "2026-10"]);
  assert.deepEqual(await complete("status -w r"), ["rerun"]);
  assert.deepEqual(await complete("plan 2026-09 "), []);
  assert.deepEqual(await complete("explain "), []);
});

test("options of the command and those of all", async () => {
  assert.deepEqual(await complete("approve --"), [
    "--context",
    "--digest",
    "--help",
    "--kubeconfig",
    "--namespace",
    "--output",
    "--yes",
  ]);
  assert.deepEqual(await complete("status --w"), ["--watch"]);
});

test("values of options, after which arguments go on", async () => {
  assert.deepEqual(await complete("-n "), ["billing", "default"]);
  assert.deepEqual(await complete("plan -o j"), ["json"]);
  assert.deepEqual(await complete("-n billing plan re"), ["rerun"]);
  assert.deepEqual(await complete("completion f"), ["fish"]);
});
