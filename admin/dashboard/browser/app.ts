import { useState } from "preact/hooks";
import { Frame } from "./frame.ts";
import { html, type Element } from "./html.ts";
import { t } from "./i18n.ts";
import { SignInElsewhere } from "./pages/outside.ts";
import { SignIn } from "./pages/sign-in.ts";
import type { Person } from "./person.ts";
import { useStanding } from "./use-standing.ts";

/** The dashboard: sign-in while nobody is in, else the frame with the page that the address names. */
export function App(): Element {
  const [{ standing, problem, ended }, setStanding] = useStanding();
  const [, redraw] = useState(0);
  const onLanguage = (): void => redraw((before) => before + 1);
  if (standing === undefined) {
    if (problem === undefined) return html`<p class="loading" role="status">${t("common.loading")}</p>`;
    return html`<${SignInElsewhere} ended=${ended} problem=${problem} onLanguage=${onLanguage} />`;
  }
  const { person, password } = standing;
  if (person !== null && person.roles.length > 0) {
    const leave = (): void => setStanding({ ...standing, person: null }, false);
    return html`<${Frame} person=${person} onOut=${leave} onLanguage=${onLanguage} />`;
  }
  if (person === null && password) {
    const enter = (found: Person): void => setStanding({ person: found, password }, false);
    return html`<${SignIn} ended=${ended} onIn=${enter} onLanguage=${onLanguage} />`;
  }
  return html`<${SignInElsewhere} ended=${ended} name=${person?.name} onLanguage=${onLanguage} />`;
}
