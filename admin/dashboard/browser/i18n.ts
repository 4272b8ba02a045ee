import { language } from "./preferences.ts";
import { codeWords } from "./words/codes.ts";
import { commonWords } from "./words/common.ts";
import { deliveryWords } from "./words/delivery.ts";
import { memberWords } from "./words/member.ts";
import { policyWords } from "./words/policy.ts";
import { runWords } from "./words/runs.ts";
import { settingWords } from "./words/settings.ts";

const words = {
  ...commonWords,
  ...runWords,
  ...deliveryWords,
  ...memberWords,
  ...policyWords,
  ...settingWords,
};

/** A text of the dashboard. */
export type Word = keyof typeof words;

/** The text in the page's language; `{name}` in it becomes `values.name`. */
export function t(word: Word, values: Readonly<Record<string, string | number>> = {}): string {
  const [en, ko] = words[word];
  return (language() === "ko" ? ko : en).replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    String(values[name] ?? ""),
  );
}

/** What a code of the API (state, reason, outcome, phase) is called; a code without a word is shown as it is. */
export function codeName(code: string | null | undefined): string {
  if (code == null || code === "") return "–";
  const found = codeWords[code];
  return found === undefined ? code : found[language() === "ko" ? 1 : 0];
}
