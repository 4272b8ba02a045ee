import { partsOf, type TemplateChannel } from "./template-parts.ts";
import type { TemplateProblem } from "./template-problem.ts";

/** A template as its file says it. */
export interface TemplateFile {
  readonly promotional: boolean;
  readonly parts: Readonly<Record<string, string>>;
  /** The line of the file before the first of each part: what turns a part's line into the file's. */
  readonly offsets: Readonly<Record<string, number>>;
}

/** The file, or what is wrong with its frame. */
export type TemplateFileReading =
  | { readonly kind: "template"; readonly file: TemplateFile }
  | { readonly kind: "unreadable"; readonly line: number; readonly message: string };

const PART_LINE = /^=== ([a-z]+)$/;

/**
 * Reads a template file: `promotional: true` where it carries advertising, then each part below a line `=== name`. The parts are
 * taken as they stand; the last line break of each belongs to the frame.
 */
export function readTemplateFile(text: string): TemplateFileReading {
  const lines = text.replace(/\n$/, "").split("\n");
  const parts: Record<string, string[]> = {};
  const offsets: Record<string, number> = {};
  let promotional = false;
  let part: string[] | null = null;
  for (const [index, line] of lines.entries()) {
    const name = PART_LINE.exec(line)?.[1];
    if (name !== undefined) {
      if (Object.hasOwn(parts, name)) return unreadable(index, `part "${name}" stands twice`);
      part = parts[name] = [];
      offsets[name] = index + 1;
    } else if (part !== null) part.push(line);
    else if (/^promotional: (true|false)$/.test(line)) promotional = line.endsWith("true");
    else if (line !== "" && !line.startsWith("#")) {
      return unreadable(
        index,
        "before the first part, `=== subject` for one, only `promotional: true|false`",
      );
    }
  }
  const texts = Object.entries(parts).map(([name, own]) => [name, own.join("\n")] as const);
  return { kind: "template", file: { promotional, parts: Object.fromEntries(texts), offsets } };
}

/** The file of a template, which `readTemplateFile` reads as the same. */
export function writeTemplateFile(
  channel: TemplateChannel,
  { promotional, parts }: Pick<TemplateFile, "promotional" | "parts">,
): string {
  const written = partsOf(channel).map((name) => `=== ${name}\n${parts[name] ?? ""}\n`);
  return `promotional: ${promotional}\n${written.join("")}`;
}

/** A problem as a compiler says it: `file:line:column: part: message`. */
export function problemLine(
  name: string,
  { part, line, column, message, severity }: TemplateProblem,
  offsets: Readonly<Record<string, number>> = {},
): string {
  const offset = part === null ? 0 : (offsets[part] ?? 0);
  const place = line === null ? "" : `:${offset + line}:${column ?? 1}`;
  const where = part === null ? "" : `${part}: `;
  return `${name}${place}: ${severity === "warning" ? "warning: " : ""}${where}${message}`;
}

function unreadable(index: number, message: string): TemplateFileReading {
  return { kind: "unreadable", line: index + 1, message };
}
