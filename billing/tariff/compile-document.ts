import { parsePeriod } from "../period.ts";
import { compileTariff } from "./compile.ts";
import type { CompiledTariff } from "./compiled.ts";
import { parseTariff } from "./parse.ts";

/** A recorded tariff made ready for a period, or why it cannot be. */
export type CompiledDocument =
  | { readonly kind: "compiled"; readonly tariff: CompiledTariff }
  | { readonly kind: "bad-tariff" | "tariff-not-in-force"; readonly message: string };

/** Compiles the text of a recorded tariff for `period` (`YYYY-MM`); `name` (`name@version`) is for the message. */
export function compileDocument(document: string, name: string, period: string): CompiledDocument {
  const parsed = parseTariff(document, name);
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ line, path, message }) => `line ${line}, ${path}: ${message}`);
    const message = `recorded tariff ${name} is not valid any more:\n  ${problems.join("\n  ")}`;
    return { kind: "bad-tariff", message };
  }
  try {
    return { kind: "compiled", tariff: compileTariff(parsed.tariff, parsePeriod(period)) };
  } catch (error) {
    if (error instanceof RangeError) return { kind: "tariff-not-in-force", message: error.message };
    throw error;
  }
}
