/** One record of a CSV file, or why the line it begins on is none. `lines` is how many physical lines it took. */
export type CsvRecord =
  | { readonly kind: "cells"; readonly cells: string[]; readonly lines: number }
  | { readonly kind: "malformed"; readonly reason: string; readonly lines: 1 }
  /** A quoted field is still open at the end of the lines given. */
  | { readonly kind: "open" };

/** A quoted field may hold so many line breaks; an open quote is not looked for further. */
const MOST_LINES = 100;

/**
 * Reads the record that begins with `lines[first]` (RFC 4180: commas, fields in double quotes, quotes doubled, line breaks within
 * quotes). A malformed record ends with its first line, so that one stray quote never swallows the good rows after it.
 */
export function readCsvRecord(lines: readonly string[], first: number): CsvRecord {
  const line = lines[first] ?? "";
  if (!line.includes('"')) return { kind: "cells", cells: line.split(","), lines: 1 };
  const cells: string[] = [];
  let text = line;
  let used = 1;
  let at = 0;
  for (;;) {
    if (text[at] !== '"') {
      const end = text.indexOf(",", at);
      const cell = end < 0 ? text.slice(at) : text.slice(at, end);
      if (cell.includes('"'))
        return malformed("a quote stands within an unquoted field; quote the field and double the quote");
      cells.push(cell);
      if (end < 0) return { kind: "cells", cells, lines: used };
      at = end + 1;
      continue;
    }
    let close = closingQuote(text, at + 1);
    while (close < 0) {
      const next = lines[first + used];
      if (used === MOST_LINES) return malformed("a quote is opened and never closed");
      if (next === undefined) return { kind: "open" };
      text += `\n${next}`;
      used++;
      close = closingQuote(text, at + 1);
    }
    cells.push(text.slice(at + 1, close).replaceAll('""', '"'));
    if (close + 1 === text.length) return { kind: "cells", cells, lines: used };
    if (text[close + 1] !== ",")
      return malformed("text stands behind the closing quote of a field; double quotes within a field");
    at = close + 2;
  }
}

function malformed(reason: string): CsvRecord {
  return { kind: "malformed", reason, lines: 1 };
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}
