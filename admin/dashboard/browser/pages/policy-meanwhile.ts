import type { PolicySpec } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import type { MergedPolicy } from "./policy-merge.ts";

/** What was found when somebody else had stored the policy first; null = they deleted it. */
export interface Meanwhile {
  readonly merged: MergedPolicy;
  readonly theirs: unknown;
}

/** Says that somebody else came first, what of theirs was taken over, and what both changed. */
export function MeanwhileNote({ found }: { found: Meanwhile | null }): Element {
  return html`<div class="problem" role="alert">
    <p>${t("policy.meanwhile")}</p>
    ${found === null ? html`<p>${t("policy.meanwhile.gone")}</p>` : html`<${Fields} found=${found} />`}
  </div>`;
}

function Fields({ found: { merged, theirs } }: { found: Meanwhile }): Element {
  const { taken, both } = merged;
  return html`<ul>
      ${taken.length > 0 && html`<li>${t("policy.meanwhile.taken", { what: taken.map(nameOf).join(", ") })}</li>`}
      ${both.map(
        (name) =>
          html`<li>
            ${t("policy.meanwhile.both", {
              what: nameOf(name),
              theirs: JSON.stringify((theirs as PolicySpec)[name]),
            })}
          </li>`,
      )}
    </ul>
    <p>${t("policy.meanwhile.then")}</p>`;
}

const nameOf = (name: keyof PolicySpec): string => t(`policy.${name}`);
