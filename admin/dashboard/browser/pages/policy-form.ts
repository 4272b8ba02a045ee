import { useEffect, useRef, useState } from "preact/hooks";
import type { ApiProblem } from "../api.ts";
import type { Policy, PolicySpec, StoredPolicy } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useCommand } from "../use-command.ts";
import { Dialog } from "../ui/dialog.ts";
import { Problem } from "../ui/page.ts";
import { announce } from "../ui/toast.ts";
import { ChannelsPanel } from "./policy-channels.ts";
import { changedFields, fitsForm, type PolicyDraft } from "./policy-draft.ts";
import { JsonPanel, type EditedPolicy } from "./policy-json.ts";
import { BreakerPanel, PacePanel } from "./policy-pace.ts";
import { QuietPanel } from "./policy-quiet.ts";

interface FormProps {
  readonly policy: Policy;
  readonly mayStore: boolean;
  readonly onStored: () => void;
}

/** Every field of a policy. What the server refuses stands beside its field; without the right to store it is to be read. */
export function PolicyForm({ policy, mayStore, onStored }: FormProps): Element {
  const [stored, setStored] = useState<unknown>(policy.spec);
  const [edited, setEdited] = useState<EditedPolicy>({ spec: policy.spec });
  const [asking, setAsking] = useState(false);
  const [refusals, setRefusals] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  // An effect, because the dialog gives the focus back to the button in one of its own, which runs before.
  useEffect(() => {
    if (refusals > 0) focusOnWrong(form.current);
  }, [refusals]);
  const { busy, problem, press, forget } = useCommand<StoredPolicy>("PUT", `/policies/${policy.name}`);
  const ask = (event: Event): void => {
    event.preventDefault();
    setAsking(true);
  };
  const store = async (): Promise<void> => {
    const answer = await press({ spec: edited.spec });
    setAsking(false);
    if (answer === undefined) {
      setRefusals((before) => before + 1);
      return;
    }
    announce(t("common.done", { what: t("policy.store") }));
    setStored(answer.spec);
    setEdited({ spec: answer.spec });
    onStored();
  };
  const undo = (): void => {
    setEdited({ spec: stored });
    forget();
  };
  const what = changeText(stored, edited.spec);
  return html`<form ref=${form} onSubmit=${ask}>
    <fieldset class="plain" disabled=${!mayStore}>
      ${fitsForm(edited.spec) && html`<${Parts} draft=${draftOf(edited.spec, problem, setEdited)} />`}
    </fieldset>
    <${JsonPanel} edited=${edited} readOnly=${!mayStore} onChange=${setEdited} />
    <${Problem} problem=${problem} />
    ${problem?.isUncertain === true && html`<p class="fine">${t("problem.pressAgain")}</p>`}
    ${
      mayStore &&
      html`<div class="store-bar">
        <span class="note" aria-live="polite">${what}</span>
        <button type="button" onClick=${undo}>${t("policy.undo")}</button>
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
