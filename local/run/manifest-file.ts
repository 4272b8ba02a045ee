import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { BillingRunManifest } from "../../crds/billing-run.ts";
import { parseBillingRun } from "../../crds/parse-billing-run.ts";

/** Reads a BillingRun file; prints everything that is wrong with it and returns null when it is not one. */
export function readManifestFile(path: string): BillingRunManifest | null {
  let document: unknown;
  try {
    document = parse(readFileSync(path, "utf8"));
  } catch (error) {
    process.stderr.write(`${path}: ${(error as Error).message}\n`);
    return null;
  }
  const parsed = parseBillingRun(document);
  if (parsed.kind === "valid") return parsed.manifest;
  for (const { path: field, message, remedy } of parsed.problems) {
    process.stderr.write(`${path}: ${field || "the file"}: ${message} (${remedy})\n`);
  }
  return null;
}
