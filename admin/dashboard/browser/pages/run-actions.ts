import { useContext, useState } from "preact/hooks";
import type { Run } from "../answers.ts";
import { shortDigest } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { PersonContext, useMay } from "../person.ts";
import { go } from "../router.ts";
import { Action } from "../ui/dialog.ts";
import { Field } from "../ui/form.ts";
import { Panel } from "../ui/page.ts";

interface OfRun {
  readonly run: Run;
  readonly onDone: () => void;
}

/** What may be ordered now; what may not is not offered. */
export function RunActions({ run, onDone }: OfRun): Element {
  const [newName, setNewName] = useState(`${run.name}-again`);
  if (!useMay("operator")) return html`<span></span>`;
  const says = {
    suspend: t("run.suspendSays"),
    resume: t("run.resumeSays"),
    cancel: run.consequenceOfCancelling,
    retry: t("run.retrySays"),
    release: t("run.releaseSays"),
  };
  const allowed = run.actions.filter((each) => each.allowed);
  const settleAgain = html`<${Action}
    label=${t("run.settleAgain")}
    path=${`/runs/${run.name}/settle-again`}
    body=${{ newName }}
    says=${t("run.settleAgainSays")}
    reason="optional"
    onDone=${() => go(`/runs/${newName}`)}
  >
    <${Field} label=${t("run.newName")} value=${newName} onChange=${setNewName} required />
  <//>`;
  return html`<span class="actions">
    ${allowed.map(
      ({ action }) =>
        html`<${Action}
          key=${action}
          label=${t(`run.${action}`)}
          path=${`/runs/${run.name}/${action}`}
          says=${says[action]}
          reason="optional"
          tone=${action === "cancel" ? "danger" : action === "release" || action === "resume" ? "primary" : "plain"}
          onDone=${onDone}
        />`,
    )}
    ${run.completionTime !== null && settleAgain}
  </span>`;
}

/** What waits for somebody who did not start it. */
export function ApprovalPanel({ run, onDone }: OfRun): Element | null {
  const mayApprove = useMay("approver");
  const { name } = useContext(PersonContext);
  const { approval } = run;
  if (approval.state !== "waiting") return null;
  const isMaker = name === run.startedBy || name === run.lastChangedBy;
  const digest = shortDigest(approval.digest);
  const subject = t(approval.subject === "canary" ? "run.approvalCanary" : "run.approvalResult");
  return html`<${Panel} title=${t("run.approval")} class="waits">
    <p>${approval.message}</p>
    <p>${`${subject} ${t("run.digest")}: `}<code title=${approval.digest}>${digest}</code></p>
    ${
      mayApprove && !isMaker
        ? html`<${Action}
            label=${t("run.approve")}
            tone="primary"
            path=${`/runs/${run.name}/approve`}
            body=${{ digest: approval.digest }}
            says=${t("run.approveSays", { digest })}
            reason="optional"
            onDone=${onDone}
          />`
        : html`<p class="note">${t("run.approverOnly")}</p>`
    }
  <//>`;
}
