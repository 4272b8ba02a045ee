import type { PolicySpec } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { DurationField, NumberField } from "../ui/amount.ts";
import { Field } from "../ui/form.ts";
import { Panel } from "../ui/page.ts";
import type { PolicyDraft } from "./policy-draft.ts";

/** How messages are spread, until when they should have left, and with which texts. */
export function PacePanel({ draft: { spec, change, wrong } }: { draft: PolicyDraft }): Element {
  const named = (name: "releaseSpread" | "deliverWithin" | "lease" | "maxUnknownOutcomes" | "templates") => ({
    label: t(`policy.${name}`),
    hint: t(`policy.${name}.says`),
    value: spec[name],
    wrong: wrong(name),
    onChange: (value: string | number) => change({ [name]: value }),
  });
  return html`<${Panel} title=${t("policy.pace")}>
    <div class="form-grid">
      <${DurationField} ...${named("releaseSpread")} />
      <${DurationField} ...${named("deliverWithin")} />
      <${DurationField} ...${named("lease")} />
      <${NumberField} ...${named("maxUnknownOutcomes")} unit=${t("policy.unit.times")} />
      <${Field} ...${named("templates")} required />
    </div>
  <//>`;
}

/** When a provider that fails for everybody is left alone, and how it is tried again. */
export function BreakerPanel({ draft: { spec, change, wrong } }: { draft: PolicyDraft }): Element {
  const { breaker } = spec;
  const named = (name: keyof PolicySpec["breaker"]) => ({
    label: t(`policy.breaker.${name}`),
    hint: t(`policy.breaker.${name}.says`),
    value: breaker[name],
    wrong: wrong(`breaker.${name}`),
    onChange: (value: string | number) => change({ breaker: { ...breaker, [name]: value } }),
  });
  return html`<${Panel} title=${t("policy.breaker")} note=${t("policy.breaker.says")}>
    <div class="form-grid">
      <${DurationField} ...${named("window")} />
      <${NumberField} ...${named("minSends")} unit=${t("policy.unit.sends")} />
      <${NumberField} ...${named("failurePercent")} unit="%" />
      <${DurationField} ...${named("openFor")} />
      <${NumberField} ...${named("probeSends")} unit=${t("policy.unit.sends")} />
      <${DurationField} ...${named("undecidedFor")} />
    </div>
  <//>`;
}
