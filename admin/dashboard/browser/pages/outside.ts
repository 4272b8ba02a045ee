import { useEffect } from "preact/hooks";
import type { ApiProblem } from "../api.ts";
import { html, type Children, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { Problem } from "../ui/page.ts";
import { Switches } from "../ui/switches.ts";

/** What is shown while nobody is in: the name of the program, something to do, language and theme. */
export function Outside(props: { onLanguage: () => void; children?: Children }): Element {
  useEffect(() => {
    document.title = `${t("session.title")} · billing-operator`;
  });
  return html`<main class="sign-in">
    <section class="panel">
      <h1>billing-operator</h1>
      ${props.children}
      <hr class="unseen" />
      <${Switches} onLanguage=${props.onLanguage} />
    </section>
  </main>`;
}

interface SignInElsewhereProps {
  /** The sign-in ended while somebody worked. */
  readonly ended: boolean;
  /** Who is signed in without any role here. */
  readonly name?: string | undefined;
  /** Why it is not known who is signed in. */
  readonly problem?: ApiProblem | undefined;
  readonly onLanguage: () => void;
}

/** Why somebody whom a proxy, or nobody, signs in does not get in; loading the page anew lets the proxy sign in again. */
export function SignInElsewhere({ ended, name, problem, onLanguage }: SignInElsewhereProps): Element {
  return html`<${Outside} onLanguage=${onLanguage}>
    ${
      problem?.status === 401
        ? html`<p role="alert">
            ${ended ? t("session.ended") : `${t("session.refused")}: ${problem.message}`}
          </p>`
        : html`<${Problem} problem=${problem} />`
    }
    ${problem === undefined && html`<p role="status">${why(ended, name)}</p>`}
    <button type="button" class="primary" onClick=${() => location.reload()}>${t("session.again")}</button>
  <//>`;
}

function why(ended: boolean, name: string | undefined): string {
  if (name !== undefined) return t("session.noRole", { name });
  return t(ended ? "session.ended" : "session.elsewhere");
}
