import { useState } from "preact/hooks";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { chooseLanguage, chooseTheme, language, theme, type Language, type Theme } from "../preferences.ts";
import { Choice } from "./form.ts";

/** Language and theme. */
export function Switches({ onLanguage }: { onLanguage: () => void }): Element {
  const [, redraw] = useState(0);
  const speak = (wanted: string): void => {
    chooseLanguage(wanted as Language);
    onLanguage();
  };
  const paint = (wanted: string): void => {
    chooseTheme(wanted as Theme);
    redraw((before) => before + 1);
  };
  const languages = [
    ["ko", "한국어"],
    ["en", "English"],
  ] as const;
  const themes = [
    ["auto", t("theme.auto")],
    ["light", t("theme.light")],
    ["dark", t("theme.dark")],
  ] as const;
  return html`<div class="switches">
    <${Choice} label=${t("language.label")} value=${language()} options=${languages} onChange=${speak} />
    <${Choice} label=${t("theme.label")} value=${theme()} options=${themes} onChange=${paint} />
  </div>`;
}
