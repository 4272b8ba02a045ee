import { existsSync, readFileSync } from "node:fs";
import { lastWordsOf } from "../../controllers/last-words.ts";

/** What a child said last, from its log; "" when it said nothing. */
export function lastWords(logFile: string): string {
  return existsSync(logFile) ? lastWordsOf(readFileSync(logFile, "utf8")) : "";
}
