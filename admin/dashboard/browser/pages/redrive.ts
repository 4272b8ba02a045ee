import { useState } from "preact/hooks";
import { ApiProblem, ask } from "../api.ts";
import type { ForeseenOrder, OrderAnswer, Tally } from "../answers.ts";
import { count } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useCommand } from "../use-command.ts";
import { Dialog } from "../ui/dialog.ts";
import { Check, Field } from "../ui/form.ts";
import { Problem } from "../ui/page.ts";
import { announce } from "../ui/toast.ts";

interface RedriveProps {
  readonly label: string;
  /** Which letters, as the API's orders name them. */
  readonly target: object;
  readonly onDone: () => void;
}

/** Redrive in two steps: what would happen, then doing it. */
export function RedriveAction(props: RedriveProps): Element {
  const [open, setOpen] = useState(false);
  return html`<button type="button" onClick=${() => setOpen(true)}>${props.label}</button
    >${open && html`<${RedriveDialog} ...${props} onClose=${() => setOpen(false)} />`}`;
}

interface Look {
  readonly foreseen: ForeseenOrder | undefined;
  readonly unforeseen: ApiProblem | undefined;
  readonly look: () => void;
  readonly forget: () => void;
}

/** What the order would do, once it has been asked. */
function useForeseen(body: object): Look {
  const [foreseen, setForeseen] = useState<ForeseenOrder | undefined>();
  const [unforeseen, setUnforeseen] = useState<ApiProblem | undefined>();
  const look = (): void => {
    setUnforeseen(undefined);
    ask<ForeseenOrder>("/messages/redrive/dry-run", body)
      .then(setForeseen)
      .catch((error: unknown) => {
        if (error instanceof ApiProblem) setUnforeseen(error);
      });
  };
  return { foreseen, unforeseen, look, forget: () => setForeseen(undefined) };
}

function RedriveDialog({
  label,
  target,
  onDone,
  onClose,
}: RedriveProps & { readonly onClose: () => void }): Element {
  const [evenIfMaybeSent, setEven] = useState(false);
  const [reason, setReason] = useState("");
  const { busy, problem, press } = useCommand<OrderAnswer>("POST", "/messages/redrive");
  const body = { target, evenIfMaybeSent, ...(reason !== "" && { reason }) };
  const { foreseen, unforeseen, look, forget } = useForeseen(body);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (foreseen === undefined) {
      look();
      return;
    }
    const answer = await press(body);
    if (answer === undefined) return;
    announce(
      answer.status === "pending" ? t("dead.pending") : t("dead.moved", { n: count(answer.tally.moved) }),
    );
    onClose();
    onDone();
  };
  const change = (value: boolean): void => {
    setEven(value);
    forget();
  };
  return html`<${Dialog} title=${label} onClose=${onClose}>
    <form onSubmit=${(event: Event) => void submit(event)}>
      <p>${t("dead.redriveSays")}</p>
      <${Check} label=${t("dead.maybe")} value=${evenIfMaybeSent} onChange=${change} />
      <${Field}
        label=${t("common.reason")}
        value=${reason}
        onChange=${setReason}
        required=${evenIfMaybeSent}
        multiline
      />
      <div aria-live="polite">${foreseen !== undefined && html`<${Foreseen} foreseen=${foreseen} />`}</div>
      <${Problem} problem=${problem ?? unforeseen} />
      <div class="dialog-actions">
        <button type="button" onClick=${onClose}>${t("common.cancel")}</button>
        <button type="submit" class="primary" disabled=${busy || foreseen?.tally.moved === 0}>
          ${foreseen === undefined ? t("dead.dryRun") : t("dead.redrive")}
        </button>
      </div>
    </form>
  <//>`;
}

function Foreseen({
  foreseen: { tally, needsApproval, approvalOver },
}: {
  foreseen: ForeseenOrder;
}): Element {
  return html`<div class="foreseen">
    <p><b>${tally.moved === 0 ? t("dead.wouldNone") : t("dead.would", { n: count(tally.moved) })}</b></p>
    <${Moves} tally=${tally} />
    ${needsApproval && html`<p>${t("dead.needsApproval", { over: count(approvalOver) })}</p>`}
  </div>`;
}

/** What moves where, and what stays and why. */
function Moves({ tally: { byMove, refused } }: { tally: Tally }): Element {
  return html`<ul>
    ${Object.entries(byMove).map(([move, n]) => html`<li>${move}: ${count(n)}</li>`)}
    ${Object.entries(refused).map(([why, n]) => html`<li>${t("dead.refused")} (${codeName(why)}): ${count(n)}</li>`)}
  </ul>`;
}
