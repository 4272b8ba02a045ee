import { BinaryRows } from "../../database/binary-rows.ts";
import { copyUsage, encodeUsage } from "../../database/usage/copy-usage.ts";
import type { Client } from "../../platform/postgres.ts";
import type { Scenario } from "./scenario.ts";
import { drawUsage } from "./usage.ts";

/** Loads ranges of the usage records. */
export interface UsageLoader {
  /** Records `from` to `to` - 1, counted from 0; returns how many were written. */
  load(from: number, to: number): Promise<number>;
}

/** A loader over one connection; its buffer is reused from chunk to chunk. */
export function usageLoader(client: Client, scenario: Scenario): UsageLoader {
  const rows = new BinaryRows();
  return {
    async load(from, to) {
      rows.clear();
      for (let index = from; index < to; index++) encodeUsage(rows, drawUsage(scenario, index));
      await copyUsage(client, rows);
      return rows.count;
    },
  };
}
