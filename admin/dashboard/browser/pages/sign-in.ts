import { useState } from "preact/hooks";
import { ApiProblem, session } from "../api.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import type { Person } from "../person.ts";
import { Field } from "../ui/form.ts";
import { Problem } from "../ui/page.ts";
import { Outside } from "./outside.ts";

interface SignInProps {
  /** The session ended while somebody worked. */
  readonly ended: boolean;
  readonly onIn: (person: Person) => void;
  readonly onLanguage: () => void;
}

/** Name and password of a local user. */
export function SignIn({ ended, onIn, onLanguage }: SignInProps): Element {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    try {
      onIn(await session.start({ name, password }));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
      setBusy(false);
    }
  };
  return html`<${Outside} onLanguage=${onLanguage}>
    <form onSubmit=${(event: Event) => void enter(event)}>
      ${ended && problem === undefined && html`<p role="status">${t("session.ended")}</p>`}
      ${
        problem?.status === 401
          ? html`<div class="problem" role="alert"><p>${t("session.wrong")}</p></div>`
          : html`<${Problem} problem=${problem} />`
      }
      <${Field}
        label=${t("session.name")}
        value=${name}
        onChange=${setName}
        autocomplete="username"
        required
      />
      <${Field}
        label=${t("session.password")}
        type="password"
        value=${password}
        onChange=${setPassword}
        autocomplete="current-password"
        required
      />
      <button type="submit" class="primary" disabled=${busy}>${t("session.go")}</button>
    </form>
  <//>`;
}
