/** Languages of the dashboard. */
export type Language = "en" | "ko";
/** `auto` = as the browser prefers. */
export type Theme = "auto" | "light" | "dark";

const root = document.documentElement;

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing forgets the choice with the page.
  }
}

/** The language that the page is in. */
export const language = (): Language => (root.lang === "ko" ? "ko" : "en");

/** The theme that was chosen. */
export const theme = (): Theme => (root.dataset["theme"] as Theme | undefined) ?? "auto";

/** Chooses the language; the caller draws the page anew. */
export function chooseLanguage(wanted: Language): void {
  root.lang = wanted;
  keep("billing.language", wanted);
}

/** Chooses the theme; style.css does the rest, and charts hear of it by the event `themechange`. */
export function chooseTheme(wanted: Theme): void {
  if (wanted === "auto") delete root.dataset["theme"];
  else root.dataset["theme"] = wanted;
  keep("billing.theme", wanted);
  dispatchEvent(new Event("themechange"));
}
