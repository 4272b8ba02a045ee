import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiProblem } from "../api.ts";
import type { Policy, PolicySpec } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { Dialog } from "../ui/dialog.ts";
import { Problem } from "../ui/page.ts";
import { announce } from "../ui/toast.ts";
import { ChannelsPanel } from "./policy-channels.ts";
import { changedFields, fitsForm, type PolicyDraft } from "./policy-draft.ts";
import { JsonPanel, type EditedPolicy } from "./policy-json.ts";
import { MeanwhileNote } from "./policy-meanwhile.ts";
import { BreakerPanel, PacePanel } from "./policy-pace.ts";
import { QuietPanel } from "./policy-quiet.ts";
import { usePolicyEdit } from "./use-policy-edit.ts";

interface FormProps {
  readonly policy: Policy;
  readonly mayStore: boolean;
  readonly onStored: () => void;
}

/** Every field of a policy. What the server refuses stands beside its field; without the right to store it is to be read. */
export function PolicyForm({ policy, mayStore, onStored }: FormProps): Element {
  const { stored, edited, edit, busy, problem, meanwhile, ...own } = usePolicyEdit(policy);
  const [asking, setAsking] = useState(false);
  const [refusals, setRefusals] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  // An effect, because the dialog gives the focus back to the button in one of its own, which runs before.
  useEffect(() => {
    if (refusals > 0) focusOnWrong(form.current);
  }, [refusals]);
  const ask = (event: Event): void => {
    event.preventDefault();
    setAsking(true);
  };
  const store = async (): Promise<void> => {
    const done = await own.store();
    setAsking(false);
    if (!done) {
      setRefusals((before) => before + 1);
      return;
    }
    announce(t("common.done", { what: t("policy.store") }));
    onStored();
  };
  const what = changeText(stored, edited.spec);
  return html`<form ref=${form} onSubmit=${ask}>
    <fieldset class="plain" disabled=${!mayStore}>
      ${fitsForm(edited.spec) && html`<${Parts} draft=${draftOf(edited.spec, problem, edit)} />`}
    </fieldset>
    <${JsonPanel} edited=${edited} readOnly=${!mayStore} onChange=${edit} />
    ${meanwhile === undefined ? html`<${Problem} problem=${problem} />` : html`<${MeanwhileNote} found=${meanwhile} />`}
    ${problem?.isUncertain === true && html`<p class="fine">${t("problem.pressAgain")}</p>`}
    ${
      mayStore &&
      html`<div class="store-bar">
        <span class="note" aria-live="polite">${what}</span>
        <button type="button" onClick=${own.undo}>${t("policy.undo")}</button>
        <button type="submit" class="primary" disabled=${edited.why !== undefined}>
          ${t("policy.store")}
        </button>
      </div>`
    }
    ${asking && html`<${StoreDialog} what=${what} busy=${busy} onStore=${store} onClose=${() => setAsking(false)} />`}
  </form>`;
}

function Parts({ draft }: { draft: PolicyDraft }): Element {
  return html`<div>
    <${QuietPanel} draft=${draft} />
    <${ChannelsPanel} draft=${draft} />
    <${PacePanel} draft=${draft} />
    <${BreakerPanel} draft=${draft} />
  </div>`;
}

function draftOf(
  spec: PolicySpec,
  problem: ApiProblem | undefined,
  setEdited: (edited: EditedPolicy) => void,
): PolicyDraft {
  return {
    spec,
    change: (part) => setEdited({ spec: { ...spec, ...part } }),
    wrong: (field) => problem?.fields.find((each) => each.field === `spec.${field}`)?.message,
  };
}

function changeText(before: unknown, after: unknown): string {
  const changed = fitsForm(after) ? changedFields(before, after) : [];
  if (changed.length === 0) return t("policy.unchanged");
  return t("policy.changed", { what: changed.map((name) => t(`policy.${name}`)).join(", ") });
}

/** The first field that was refused. */
function focusOnWrong(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>("[aria-invalid=true], [data-wrong]")?.focus();
}

interface StoreProps {
  readonly what: string;
  readonly busy: boolean;
  readonly onStore: () => Promise<void>;
  readonly onClose: () => void;
}

function StoreDialog({ what, busy, onStore, onClose }: StoreProps): Element {
  return html`<${Dialog} title=${t("policy.store")} onClose=${onClose}>
    <p>${what}</p>
    <p class="says">${t("policy.storeSays")}</p>
    <div class="dialog-actions">
      <button type="button" onClick=${onClose}>${t("common.cancel")}</button>
      <button
        type="button"
        class="primary"
        disabled=${busy}
        aria-busy=${busy ? "true" : "false"}
        onClick=${() => void onStore()}
      >
        ${t("policy.store")}
      </button>
    </div>
  <//>`;
}
