import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { chart, readChartFile } from "./chart-files.ts";
import { valuesTable } from "./values-table.ts";

// The table of values in the chart's README.md, from the comments of values.yaml.
const readme = `${chart}/README.md`;
const [before] = readFileSync(readme, "utf8").split("## All values\n");
const text = `${before ?? ""}## All values\n\n${valuesTable(readChartFile("values.yaml"))}\n`;
writeFileSync(readme, await format(text, { parser: "markdown", printWidth: 110 }));
