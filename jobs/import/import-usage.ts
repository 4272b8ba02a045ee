import { BinaryRows } from "../../database/binary-rows.ts";
import { createUsageMonth } from "../../database/usage/create-usage-month.ts";
import { insertStagedUsage, stagedPeriods } from "../../database/usage/insert-staged-usage.ts";
import {
  rejectContradictedRecords,
  rejectRecordsOfMonthBeside,
  rejectRepeatedRecords,
  rejectUnknownReferences,
} from "../../database/usage/reject-staged-usage.ts";
import {
  analyzeUsageStage,
  copyUsageStage,
  countStagedUsage,
  createUsageStage,
  encodeStagedUsage,
} from "../../database/usage/stage-usage.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Importer } from "./import-file.ts";
import { parseUsage, type ParsedUsage, usageColumns, type UsageReading } from "./parse-usage.ts";

/** Every month becomes 33 tables; a file of more months has a wrong column or a wrong clock behind it. */
const MOST_MONTHS = 36;

/** Importer of usage.csv. */
export function usageImporter(reading: UsageReading): Importer<ParsedUsage> {
  const rows = new BinaryRows();
  return {
    kind: "usage",
    columns: usageColumns,
    parse: (row) => parseUsage(row, reading),
    createStage: createUsageStage,
    stage(row, line, original) {
      encodeStagedUsage(rows, { ...row, line, original });
    },
    async copyStage(client) {
      await copyUsageStage(client, rows);
      rows.clear();
    },
    async load(client) {
      await analyzeUsageStage(client);
      await rejectUnknownReferences(client);
      await rejectRepeatedRecords(client);
      const periods = await stagedPeriods(client);
      if (periods.length > MOST_MONTHS) {
        throw new PermanentError(
          "unusable-file",
          `the file has usage of ${periods.length} months; at most ${MOST_MONTHS} are taken`,
        );
      }
      for (const period of periods) await createUsageMonth(client, period.slice(0, 7));
      await rejectContradictedRecords(client, periods);
      await rejectRecordsOfMonthBeside(client, periods);
      const staged = await countStagedUsage(client);
      const inserted = await insertStagedUsage(client, periods);
      return { inserted, updated: 0, unchanged: staged - inserted };
    },
  };
}
