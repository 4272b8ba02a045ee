import type { z } from "zod";
import { billingRunManifest, type BillingRunManifest } from "./billing-run.ts";

/** One thing wrong with a manifest: where it stands, what is wrong, and what to do about it. */
export interface ManifestProblem {
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** A manifest with its defaults, or everything that is wrong with it. */
export type ParsedManifest =
  | { readonly kind: "valid"; readonly manifest: BillingRunManifest }
  | { readonly kind: "invalid"; readonly problems: readonly ManifestProblem[] };

/** Parses a BillingRun manifest (of YAML or JSON, already read); reports all problems at once. */
export function parseBillingRun(document: unknown): ParsedManifest {
  const result = billingRunManifest.safeParse(document);
  if (result.success) return { kind: "valid", manifest: result.data };
  return { kind: "invalid", problems: result.error.issues.flatMap(problemsOf) };
}

function problemsOf(issue: z.core.$ZodIssue): ManifestProblem[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: path === "" ? key : `${path}.${key}`,
      message: "is not a field of BillingRun",
      remedy: "remove it, or mend its spelling",
    }));
  }
  return [{ path, message: messageOf(issue), remedy: remedyOf(issue) }];
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.input === undefined && issue.message.includes("undefined")) {
    return "is missing";
  }
  return issue.message;
}

function remedyOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `give a value of type ${issue.expected}`;
    case "invalid_value":
      return `use one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `give at least ${String(issue.minimum)}`;
    case "too_big":
      return `give at most ${String(issue.maximum)}`;
    default:
      return "change the value accordingly";
  }
}
