import type { Locale } from "./locale.ts";
import type { PartName, TemplateChannel } from "./template-parts.ts";

/** What is wrong with a template, and where. */
export interface TemplateProblem {
  /** Null when it is about all parts together. */
  readonly part: PartName | null;
  /** Line and column within the part, from 1; null when the problem has no place. */
  readonly line: number | null;
  readonly column: number | null;
  readonly message: string;
  /** A warning does not keep a template from being saved. */
  readonly severity: "problem" | "warning";
}

/** A template as it is checked, before it is saved. */
export interface TemplateDraft {
  readonly channel: TemplateChannel;
  readonly locale: Locale;
  readonly promotional: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/** A problem of a part, at its start unless a place is known. */
export function problemOf(
  part: PartName | null,
  message: string,
  place: { readonly line: number; readonly column: number } | null = null,
): TemplateProblem {
  return { part, line: place?.line ?? null, column: place?.column ?? null, message, severity: "problem" };
}

/** What should be looked at and may be meant. */
export function warningOf(part: PartName | null, message: string): TemplateProblem {
  return { part, line: null, column: null, message, severity: "warning" };
}
