import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import { checkTariff } from "./checks.ts";
import { formatPath, lineOf, type TariffPath } from "./line-of.ts";
import { header, sections, type Tariff, type TariffHeader } from "./schema.ts";

/** One thing wrong with a tariff file; the message ends with the remedy. */
export interface TariffProblem {
  /** Where in the tariff, e.g. `plans[2].usage.voice.tiers[1].from`. */
  readonly path: string;
  /** Line of the file, from 1. */
  readonly line: number;
  readonly message: string;
}

export type ParsedTariff =
  | { readonly ok: true; readonly tariff: Tariff }
  | { readonly ok: false; readonly problems: readonly TariffProblem[] };

/** A problem before its line is known. */
export interface Finding {
  readonly path: TariffPath;
  readonly message: string;
}

type Section = keyof typeof sections;

/**
 * Reads a tariff file and checks all of it: on refusal every problem is listed, in the order of the file. `fileName` is named where
 * the text is not YAML at all.
 */
export function parseTariff(text: string, fileName: string): ParsedTariff {
  const lines = new LineCounter();
  // The failsafe schema leaves every scalar a text: 22.528 must not pass through a binary fraction.
  const document = parseDocument(text, { schema: "failsafe", merge: true, lineCounter: lines });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) => ({
        path: fileName,
        line: error.linePos?.[0].line ?? 1,
        message: `not valid YAML: ${error.message.split("\n")[0] ?? ""} Correct the file's syntax first.`,
      })),
    };
  }
  const findings: Finding[] = [];
  const tariff = readSections(document.toJS() as unknown, findings);
  if (findings.length === 0 && tariff !== null) return { ok: true, tariff };
  const problems = findings.map(({ path, message }) => ({
    path: formatPath(path),
    line: lineOf(document, lines, path),
    message,
  }));
  return { ok: false, problems: problems.toSorted((a, b) => a.line - b.line) };
}

function readSections(root: unknown, findings: Finding[]): Tariff | null {
  if (!isRecord(root)) {
    findings.push({ path: [], message: "a tariff file is a map; start it with `tariff: <code>`" });
    return null;
  }
  const scalars: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(root)) if (!(key in sections)) scalars[key] = value;
  const headerOk = check(header, scalars, [], findings);
  const tariff = {
    ...(headerOk ? (scalars as unknown as TariffHeader) : FALLBACK_HEADER),
    meters: readList(root, "meters", findings),
    plans: readList(root, "plans", findings),
    addOns: readList(root, "addOns", findings),
    discounts: readList(root, "discounts", findings),
    welfare: readList(root, "welfare", findings),
    charges: readList(root, "charges", findings),
  };
  for (const required of ["meters", "plans"] as const) {
    if (root[required] === undefined)
      findings.push({ path: [required], message: `is missing; add at least one entry under ${required}:` });
  }
  findings.push(...checkTariff(tariff, headerOk));
  return tariff;
}

// Lets the checks of the lists run although the header is broken; `headerOk` keeps those silent that need the header.
const FALLBACK_HEADER: TariffHeader = {
  tariff: "?",
  version: "?",
  currency: "XXX",
  timeZone: "UTC",
  effective: { from: "1970-01-01" },
};

/**
 * Elements whose form is sound, at their original positions; a hole (undefined) stands for one that is not. `checkTariff` skips holes.
 */
function readList<S extends Section>(
  root: Record<string, unknown>,
  section: S,
  findings: Finding[],
): z.output<(typeof sections)[S]>[] {
  const list = root[section];
  if (list === undefined) return [];
  if (!Array.isArray(list)) {
    findings.push({ path: [section], message: `is not a list; write its entries as "- code: …"` });
    return [];
  }
  const sound: z.output<(typeof sections)[S]>[] = [];
  sound.length = list.length;
  list.forEach((element: unknown, index) => {
    if (check(sections[section], element, [section, index], findings)) {
      sound[index] = element as z.output<(typeof sections)[S]>;
    }
  });
  return sound;
}

/** Adds what the schema refuses to the findings; true when the form is sound, that is when at most single texts are wrong. */
function check(schema: z.ZodType, value: unknown, at: TariffPath, findings: Finding[]): boolean {
  const result = schema.safeParse(value);
  if (result.success) return true;
  let sound = true;
  for (const issue of result.error.issues) {
    const path = [...at, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
    if (issue.code !== "custom" && issue.code !== "invalid_format") sound = false;
    findings.push({ path, message: remedy(issue) });
  }
  return sound;
}

function remedy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "unrecognized_keys":
      return `unknown field ${issue.keys.join(", ")}; remove it or correct its spelling`;
    case "invalid_type":
      return issue.message.includes("received undefined")
        ? `is missing; add a ${issue.expected === "string" ? "value" : issue.expected}`
        : `${issue.message}; write a ${issue.expected === "string" ? "single value" : issue.expected}`;
    case "invalid_union":
      return `unknown kind; write one of contract, familyTenure, longTerm, addOnTier, birthday`;
    case "invalid_value":
      return `write one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return "is empty; write at least one entry or remove the field";
    default:
      return issue.message;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
