import { useEffect, useState } from "preact/hooks";
import { ApiProblem, session, signedOut } from "./api.ts";
import { Frame } from "./frame.ts";
import { html, type Element } from "./html.ts";
import { t } from "./i18n.ts";
import { SignIn } from "./pages/sign-in.ts";
import type { Person } from "./person.ts";

/** The dashboard: sign-in while nobody is in, else the frame with the page that the address names. */
export function App(): Element {
  const [person, setPerson] = useState<Person | null | undefined>(undefined);
  const [ended, setEnded] = useState(false);
  const [, redraw] = useState(0);
  useEffect(() => {
    session
      .read()
      .then((found) => setPerson(found as Person | null))
      .catch((problem: unknown) => {
        if (problem instanceof ApiProblem) setPerson(null);
      });
    const out = (): void => {
      setEnded(true);
      setPerson(null);
    };
    signedOut.addEventListener("out", out);
    return () => signedOut.removeEventListener("out", out);
  }, []);
  const again = (): void => redraw((before) => before + 1);
  if (person === undefined) return html`<p class="loading" role="status">${t("common.loading")}</p>`;
  if (person === null) {
    const enter = (found: Person): void => {
      setEnded(false);
      setPerson(found);
    };
    return html`<${SignIn} ended=${ended} onIn=${enter} onLanguage=${again} />`;
  }
  return html`<${Frame} person=${person} onOut=${() => setPerson(null)} onLanguage=${again} />`;
}
