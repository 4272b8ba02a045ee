import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { apiVersion, type BillingRunManifest } from "../../crds/billing-run.ts";
import { parseBillingRun } from "../../crds/parse-billing-run.ts";
import { readPolicySpec } from "../../controllers/notification-policy/resolve-policy.ts";

/** A NotificationPolicy of a file. */
export interface PolicyManifest {
  readonly name: string;
  readonly spec: object;
}

/** What a file holds: one BillingRun, and the NotificationPolicies that it may refer to. */
export interface Manifests {
  readonly run: BillingRunManifest;
  readonly policies: readonly PolicyManifest[];
}

const policyManifest = z.object({
  apiVersion: z.literal(apiVersion),
  kind: z.literal("NotificationPolicy"),
  metadata: z.object({ name: z.string().min(1) }),
  spec: z.record(z.string(), z.unknown()).default({}),
});

/** Reads a file of YAML documents; prints everything that is wrong with it and returns null when it cannot be used. */
export function readManifestFile(path: string): Manifests | null {
  const problems: string[] = [];
  const runs: BillingRunManifest[] = [];
  const policies: PolicyManifest[] = [];
  for (const document of documentsOf(path, problems)) {
    if ((document as { kind?: unknown } | null)?.kind === "NotificationPolicy") {
      policies.push(...policyOf(document, problems));
    } else {
      runs.push(...runOf(document, problems));
    }
  }
  const [run, another] = runs;
  if (another !== undefined) problems.push("the file: holds more than one BillingRun (one file a run)");
  if (run === undefined && problems.length === 0) problems.push("the file: holds no BillingRun (add one)");
  for (const problem of problems) process.stderr.write(`${path}: ${problem}\n`);
  return run === undefined || problems.length > 0 ? null : { run, policies };
}

function documentsOf(path: string, problems: string[]): unknown[] {
  try {
    const documents = parseAllDocuments(readFileSync(path, "utf8"));
    if ("empty" in documents) return [];
    const errors = documents.flatMap((document) => document.errors);
    problems.push(...errors.map((error) => error.message));
    return errors.length > 0 ? [] : documents.map((document) => document.toJS() as unknown);
  } catch (error) {
    problems.push((error as Error).message);
    return [];
  }
}

function runOf(document: unknown, problems: string[]): BillingRunManifest[] {
  const parsed = parseBillingRun(document);
  if (parsed.kind === "valid") return [parsed.manifest];
  for (const { path: field, message, remedy } of parsed.problems) {
    problems.push(`${field || "the file"}: ${message} (${remedy})`);
  }
  return [];
}

function policyOf(document: unknown, problems: string[]): PolicyManifest[] {
  const parsed = policyManifest.safeParse(document);
  if (!parsed.success) {
    problems.push(`NotificationPolicy: ${z.prettifyError(parsed.error)}`);
    return [];
  }
  const { metadata, spec } = parsed.data;
  const reading = readPolicySpec(spec);
  if (reading.kind === "valid") return [{ name: metadata.name, spec }];
  problems.push(...reading.problems.map((problem) => `NotificationPolicy ${metadata.name}: ${problem}`));
  return [];
}
