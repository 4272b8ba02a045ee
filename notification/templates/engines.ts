import { Liquid } from "liquidjs";
import type { TemplatePart } from "./template-parts.ts";

/**
 * Tags that a template may use. Left out is what reads files (`include`, `render`, `layout`, `block`), what prints past the
 * engine's escaping (`echo`, `cycle`, `liquid`), and what keeps counters between renderings.
 */
const TAGS = ["assign", "break", "capture", "case", "comment", "continue", "for", "if", "raw", "unless", "#"];

/**
 * Filters that a template may use: pure text, numbers and lists. Left out is what ends the escaping (`raw`), what differs from try
 * to try (`date`, which knows "now", and `sample`), and what dumps whole objects (`json`, `inspect`).
 */
const FILTERS = [
  ...["escape", "escape_once", "strip_html", "newline_to_br", "url_encode"],
  ...[
    "abs",
    "at_least",
    "at_most",
    "ceil",
    "divided_by",
    "floor",
    "minus",
    "modulo",
    "plus",
    "round",
    "times",
  ],
  ...["join", "first", "last", "reverse", "sort", "size", "map", "sum", "concat", "slice", "where", "uniq"],
  ...["append", "prepend", "downcase", "upcase", "capitalize", "remove", "remove_first", "replace"],
  ...["replace_first", "lstrip", "rstrip", "strip", "strip_newlines", "squish", "split", "truncate"],
  ...["truncatewords", "default"],
];

/** The longest text of one part; a mail program cuts off what is over 102 kB once rendered (Gmail). */
export const MAX_TEMPLATE_CHARS = 100_000;

/** A variable or filter that does not exist fails: a bill must not go out with a hole where the amount should be. */
const OPTIONS = {
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // Templates may be edited by operators: none may read a file of this machine.
  templates: {},
  relativeReference: false,
  parseLimit: MAX_TEMPLATE_CHARS,
  // Some hundred times what a bill takes; a template that loops over loops stops here.
  renderLimit: 250,
  memoryLimit: 10_000_000,
} as const;

const htmlEngine = restricted(new Liquid({ ...OPTIONS, outputEscape: "escape" }));
const textEngine = restricted(new Liquid(OPTIONS));

/** The engine that parses and, where the compiler does not know a construct, renders a part. */
export function engineOf(part: TemplatePart): Liquid {
  return part === "bill-email.html" ? htmlEngine : textEngine;
}

function restricted(engine: Liquid): Liquid {
  keepOnly(engine.tags, TAGS);
  keepOnly(engine.filters, FILTERS);
  return engine;
}

function keepOnly(registry: Record<string, unknown>, names: readonly string[]): void {
  for (const name of Object.keys(registry)) {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the registry is an object without another way out
    if (!names.includes(name)) delete registry[name];
  }
}
