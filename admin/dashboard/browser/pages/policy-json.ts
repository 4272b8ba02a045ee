import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { Field } from "../ui/form.ts";
import { Panel } from "../ui/page.ts";
import { fitsForm } from "./policy-draft.ts";

/** A spec, and its text while somebody edits that; `why` = the text is no policy, and `spec` is as before. */
export interface EditedPolicy {
  readonly spec: unknown;
  readonly text?: string;
  readonly why?: string;
}

interface JsonProps {
  readonly edited: EditedPolicy;
  readonly readOnly: boolean;
  readonly onChange: (edited: EditedPolicy) => void;
}

/** The policy as JSON, folded unless it is the only way to change it. */
export function JsonPanel({ edited, readOnly, onChange }: JsonProps): Element {
  const fits = fitsForm(edited.spec);
  return html`<${Panel}>
    ${!fits && html`<p class="note">${t("policy.older")}</p>`}
    <details open=${!fits}>
      <summary>${t("policy.json")}</summary>
      <${Field}
        label=${t("policy.json.label")}
        class="code"
        multiline
        rows="26"
        readonly=${readOnly}
        hint=${readOnly ? undefined : t("policy.json.says")}
        value=${edited.text ?? JSON.stringify(edited.spec, null, 2)}
        wrong=${edited.why}
        onChange=${(text: string) => onChange(editedBy(text, edited.spec))}
      />
    </details>
  <//>`;
}

function editedBy(text: string, before: unknown): EditedPolicy {
  try {
    const spec = JSON.parse(text) as unknown;
    // One that never fitted is mended in steps; another stays what the form can show.
    return fitsForm(spec) || !fitsForm(before)
      ? { spec, text }
      : { spec: before, text, why: t("policy.notWhole") };
  } catch (error) {
    return { spec: before, text, why: t("policy.notJson", { why: (error as Error).message }) };
  }
}
