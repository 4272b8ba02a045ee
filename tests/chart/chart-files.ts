import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The chart's folder. */
export const chart = fileURLToPath(new URL("../../charts/billing-operator", import.meta.url));

/** A file of the chart. */
export function readChartFile(path: string): string {
  return readFileSync(`${chart}/${path}`, "utf8");
}
