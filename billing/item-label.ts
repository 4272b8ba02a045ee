import type { CompiledTariff } from "./tariff/compiled.ts";

/** Languages that labels and explanations exist in. */
export type Locale = "ko" | "en";

/** What a line is called on the bill; the code itself where the tariff does not know it (a bill of another tariff). */
export function itemLabel(tariff: CompiledTariff, code: string, locale: Locale): string {
  return tariff.labels.get(code)?.[locale] ?? code;
}
