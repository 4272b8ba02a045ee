import { useState } from "preact/hooks";
import { ApiProblem, ask } from "../api.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field } from "../ui/form.ts";
import { Problem } from "../ui/page.ts";

/** What a dead letter held, in plain, for a reason that is kept. */
export function PayloadAction({ id }: { id: number }): Element {
  const [open, setOpen] = useState(false);
  return html`<button type="button" onClick=${() => setOpen(true)}>${t("dead.payload")}</button
    >${open && html`<${PayloadDialog} id=${id} onClose=${() => setOpen(false)} />`}`;
}

function PayloadDialog({ id, onClose }: { id: number; onClose: () => void }): Element {
  const [reason, setReason] = useState("");
  const [found, setFound] = useState<unknown>();
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const look = (event: Event): void => {
    event.preventDefault();
    ask<unknown>(`/dead-letters/${id}/payload`, { reason })
      .then(setFound)
      .catch((error: unknown) => {
        if (error instanceof ApiProblem) setProblem(error);
      });
  };
  return html`<${Dialog} title=${t("dead.payload")} onClose=${onClose}>
    <form onSubmit=${look}>
      <p>${t("dead.payloadSays")}</p>
      ${
        found === undefined
          ? html`<${Field} label=${t("common.reason")} value=${reason} onChange=${setReason} required />`
          : html`<pre>${JSON.stringify(found, null, 2)}</pre>`
      }
      <${Problem} problem=${problem} />
      <div class="dialog-actions">
        <button type="button" onClick=${onClose}>${t("common.close")}</button>
        ${found === undefined && html`<button type="submit" class="primary">${t("dead.payload")}</button>`}
      </div>
    </form>
  <//>`;
}
