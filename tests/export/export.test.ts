import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "csv-parse/sync";
import { exportBills } from "../../database/export/export-bills.ts";
import { exportItems } from "../../database/export/export-items.ts";
import { type ExportQuery, exportToFile } from "../../jobs/export/export-to-file.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

test("bills and items are written in the order of accounts, amounts in both units", async (t) => {
  const client = await (await testDatabase(t)).connect();
  const folder = mkdtempSync(join(tmpdir(), "export-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  await insertLiveGeneration(client, { period: "2026-10", generation: 1 }, 300);
  await client.query(
    `insert into bill_state_changes (bill_id, generation, state, reason, actor)
     values (2026100000000002, 1, 'sent', '', 'test'), (2026100000000002, 1, 'settled', 'paid', 'test')`,
  );
  const read = async (query: ExportQuery, generation: number | null): Promise<Record<string, string>[]> => {
    const file = join(folder, "out.csv");
    const written = await exportToFile(client, query, { period: "2026-10", generation, file });
    const rows = parse<Record<string, string>>(readFileSync(file, "utf8"), { columns: true });
    assert.deepEqual([written.rows, written.generation, written.state], [rows.length, 1, "live"]);
    return rows;
  };

  const bills = await read(exportBills, null);
  assert.deepEqual(
    bills.map((bill) => Number(bill["account"])),
    Array.from({ length: 300 }, (_, index) => index + 1),
  );
  assert.deepEqual(bills[1], {
    period: "2026-10",
    generation: "1",
    account: "2",
    bill_id: "2026100000000002",
    state: "settled",
    tariff: "kr-mobile",
    tariff_version: "2026-07",
    items: "5",
    currency: "KRW",
    taxable: "25486",
    tax: "2549",
    total: "28030",
    taxable_minor: "25486",
    tax_minor: "2549",
    total_minor: "28030",
  });
  assert.equal(bills[0]?.["state"], "validated");

  const items = await read(exportItems, 1);
  assert.equal(items.length, 1_500);
  assert.deepEqual(
    items
      .slice(5, 8)
      .map((item) => [
        item["account"],
        item["line"],
        item["code"],
        item["quantity"],
        item["rate"],
        item["amount_minor"],
      ]),
    [
      ["2", "1", "plan:kr-5g-30", "1", "0.25", "20000"],
      ["2", "2", "usage:data", "1", "0.25", "10486"],
      ["2", "3", "discount:contract", "1", "0.25", "-5000"],
    ],
  );
  const sumOf = (rows: Record<string, string>[], column: string): number =>
    rows.reduce((sum, row) => sum + Number(row[column]), 0);
  assert.equal(sumOf(items, "amount_minor"), sumOf(bills, "total_minor"));
});

test("amounts of a currency with cents have two decimals", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await insertLiveGeneration(client, { period: "2026-10", generation: 1 }, 1);
  await client.query("update generations set currency = 'USD'");
  const file = join(tmpdir(), `export-${process.pid}.csv`);
  t.after(() => {
    rmSync(file, { force: true });
  });
  await exportToFile(client, exportItems, { period: "2026-10", generation: null, file });
  const items = parse<Record<string, string>>(readFileSync(file, "utf8"), { columns: true });
  assert.deepEqual(
    items.map((item) => item["amount"]),
    ["200.00", "104.86", "-50.00", "25.49", "-0.05"],
  );
});

test("a period without generation is refused", async (t) => {
  const client = await (await testDatabase(t)).connect();
  const request = { period: "2026-10", generation: null, file: join(tmpdir(), "never-written.csv") };
  await assert.rejects(exportToFile(client, exportBills, request), { code: "no-generation" });
});

test("a generation that is still settling is written only when it is named", async (t) => {
  const client = await (await testDatabase(t)).connect();
  await insertLiveGeneration(client, { period: "2026-10", generation: 1 }, 2);
  await client.query("update generations set state = 'settling'");
  const file = join(tmpdir(), `export-settling-${process.pid}.csv`);
  t.after(() => {
    rmSync(file, { force: true });
  });
  const request = { period: "2026-10", file };
  await assert.rejects(exportToFile(client, exportBills, { ...request, generation: null }), {
    code: "not-proved",
    message: /generation 1 of 2026-10 is still settling.*--generation 1/,
  });
  const named = await exportToFile(client, exportBills, { ...request, generation: 1 });
  assert.deepEqual([named.state, named.rows], ["settling", 2]);
});
