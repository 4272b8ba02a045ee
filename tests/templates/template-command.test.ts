import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Client } from "../../platform/postgres.ts";
import { runProgram, type ProgramRun } from "../jobs/running.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

const sms = ["--channel", "sms", "--locale", "ko"];
const email = ["--channel", "email", "--locale", "en"];

interface Desk {
  readonly client: Client;
  readonly file: (name: string, text?: string) => string;
  readonly template: (...args: string[]) => Promise<ProgramRun>;
}

/** A live month of 50 bills, with a credit, a bill of nothing and a bill of 40 lines among them. */
async function desk(t: TestContext): Promise<Desk> {
  const { url, connect } = await testDatabase(t);
  const client = await connect();
  await insertLiveGeneration(client, { period: "2026-10", generation: 1 }, 50);
  await client.query("update bills set total_minor = -5000 where bill_id = $1", [billIdOf("2026-10", 7)]);
  await client.query("update bills set total_minor = 0 where bill_id = $1", [billIdOf("2026-10", 8)]);
  await client.query(
    `insert into bill_items (bill_id, quantity_milli, rate_micro, amount_minor, generation, partition_index, line, code_id)
     select bill_id, quantity_milli, rate_micro, amount_minor, generation, partition_index, line + 5 * n, code_id
     from bill_items, generate_series(1, 7) n where bill_id = $1`,
    [billIdOf("2026-10", 9)],
  );
  await client.query("update bills set item_count = 40 where bill_id = $1", [billIdOf("2026-10", 9)]);
  const folder = mkdtempSync(join(tmpdir(), "template-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return {
    client,
    file: (name, text) => {
      if (text !== undefined) writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    template: (...args) =>
      runProgram(["template", ...args], { DATABASE_URL: url, CARRIER_NAME: "Hanbit", LOG_LEVEL: "error" }),
  };
}

test("from a look at what there is to a published version, each step by the command line", async (t) => {
  const { template, file } = await desk(t);
  const list = await template("list");
  assert.equal(list.code, 0, list.stderr);
  assert.match(list.stdout, /^default\/sms\/ko +version 1 in force, built in$/m);
  const shown = await template("show", ...sms);
  const own = file("own.liquid", shown.stdout.replace("=== text\n", "=== text\n안내: "));
  assert.match(shown.stdout, /^promotional: false\n=== text\n/);

  const saved = await template("save", own, ...sms, "--note", "with a greeting", "--as", "kim");
  assert.deepEqual([saved.code, saved.stderr], [0, ""]);
  assert.match(
    saved.stdout,
    /^tried on 50 bills of 2026-10, generation 1\ndefault\/sms\/ko@2 saved as the draft\n$/,
  );
  const diff = await template("diff", ...sms);
  assert.match(diff.stdout, /^-(\[\{\{ carrier\.name .*)\n\+안내: \1\n$/);
  const published = await template("publish", ...sms, "--as", "lee");
  assert.match(published.stdout, /default\/sms\/ko@2 published/);
  assert.match(
    (await template("list", "--set", "default")).stdout,
    /^default\/sms\/ko +version 2 in force$/m,
  );
  const history = (await template("history", ...sms)).stdout.split("\n");
  assert.match(history[0] ?? "", /^2 {2}saved .* by kim, published .* by lee, with a greeting$/);
  const again = await template("publish", ...sms);
  assert.equal(again.code, 78);
  assert.match(again.stderr, /has no version draft; there are: 2 \(published\), 1 \(published\)/);
});

test("what is wrong is told by file, line and column, and nothing is saved", async (t) => {
  const { template, file, client } = await desk(t);
  const bad = file("bad.liquid", "promotional: false\n=== text\n{{ amountDue }}\n  {{ amountDew }}\n");
  const saved = await template("save", bad, ...sms);
  assert.equal(saved.code, 78);
  assert.equal(saved.stderr, `${bad}:4:6: text: a bill has no variable "amountDew"\nnothing was saved\n`);
  const broken = file("broken.liquid", "=== text\n{% if paid %}\n");
  assert.match(
    (await template("validate", broken, ...sms)).stderr,
    /broken\.liquid:2:1: text: tag .* not closed/,
  );
  const drafts = await client.query("select from template_versions where state = 'draft'");
  assert.equal(drafts.rowCount, 0);
});

test("real bills show what made-up ones do not: the one of 40 lines does not fit", async (t) => {
  const { template, file } = await desk(t);
  const lines =
    "{% for group in groups %}{% for line in group.lines %}{{ line.label }} {% endfor %}{% endfor %}";
  const filler = "요".repeat(300);
  // On the sample bill short enough; the plan's real name, eight times, is not.
  const text = `=== text\n청구 {% if billNumber == "${billIdOf("2026-10", 9)}" %}${filler.repeat(4)}{% endif %}${lines}{% if correction %}{{ previousAmountDue }} {{ amountDue }}{% endif %}\n`;
  const { code, stderr } = await template("validate", file("long.liquid", text), ...sms, "--bills", "0");
  assert.equal(code, 0, stderr);
  const tried = await template("validate", file("long.liquid", text), ...sms, "--bills", "5");
  assert.equal(tried.code, 78, tried.stdout);
  assert.match(tried.stderr, /bytes of EUC-KR; an LMS has 2000 \(bill 2026100000000009\)/);
});

test("a preview has a masked name and number, and its HTML goes to a file", async (t) => {
  const { template, file } = await desk(t);
  const html = file("preview.html");
  const bill = String(billIdOf("2026-10", 3));
  const { code, stdout, stderr } = await template("preview", ...email, "--bill", bill, "--html", html);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Subject: Hanbit: your bill for October 2026, ₩28,030\n/);
  assert.match(stdout, /K\*\* H\*\*\*\*\*/);
  assert.match(stdout, /010-\*\*\*\*-1234/);
  assert.match(readFileSync(html, "utf8"), /^<!doctype html>[\s\S]*₩28,030/);
  const text = await template("preview", ...sms);
  assert.match(text.stdout, /\d+ bytes of EUC-KR: sms; \d+ units of ucs-2: 1 segments/);
  const absent = await template("preview", ...email, "--bill", String(billIdOf("2026-10", 77)));
  assert.deepEqual([absent.code, absent.stdout], [78, ""]);
});
