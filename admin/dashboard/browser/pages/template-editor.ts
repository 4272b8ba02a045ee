import { useState } from "preact/hooks";
import { ApiProblem, ask } from "../api.ts";
import type { SavedDraft, TemplateJudgement, TemplateVersion } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { useCommand } from "../use-command.ts";
import { Check, Field } from "../ui/form.ts";
import { Panel, Problem } from "../ui/page.ts";
import { announce } from "../ui/toast.ts";

interface EditorProps {
  readonly path: string;
  readonly template: TemplateVersion;
  readonly onSaved: () => void;
}

/** The parts of a template; checked and tried on real bills before they are saved. */
export function TemplateEditor({ path, template, onSaved }: EditorProps): Element {
  const mayWrite = useMay("operator");
  const [parts, setParts] = useState(template.parts);
  const [promotional, setPromotional] = useState(template.promotional);
  const [note, setNote] = useState("");
  const [judged, setJudged] = useState<TemplateJudgement | undefined>();
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const saving = useCommand<SavedDraft>("PUT", `${path}/draft`);
  const check = (): void => {
    ask<TemplateJudgement>(`${path}/validate`, { promotional, parts })
      .then(setJudged)
      .catch((error: unknown) => {
        if (error instanceof ApiProblem) setProblem(error);
      });
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setProblem(undefined);
    const saved = await saving.press({ promotional, parts, note });
    if (saved === undefined) return;
    announce(t("template.saved", { version: saved.version }));
    onSaved();
  };
  const rows = (name: string): string => (name === "html" ? "22" : name === "text" ? "12" : "2");
  return html`<${Panel} title=${t("templates.edit")} note=${`${t("template.version")} ${template.version}`}>
    <form onSubmit=${(event: Event) => void save(event)}>
      ${Object.entries(parts).map(
        ([name, text]) =>
          html`<${Field}
            key=${name}
            label=${name}
            class="code"
            multiline
            rows=${rows(name)}
            value=${text}
            disabled=${!mayWrite}
            onChange=${(value: string) => setParts((now) => ({ ...now, [name]: value }))}
          />`,
      )}
      <${Check} label=${t("template.promotional")} value=${promotional} onChange=${setPromotional} />
      <${Field} label=${t("template.note")} value=${note} onChange=${setNote} disabled=${!mayWrite} />
      <div aria-live="polite">${judged !== undefined && html`<${Judged} judged=${judged} />`}</div>
      <${Problem} problem=${saving.problem ?? problem} />
      <div class="dialog-actions">
        <button type="button" onClick=${check} disabled=${!mayWrite}>${t("template.check")}</button>
        <button type="submit" class="primary" disabled=${!mayWrite || saving.busy}>
          ${t("template.save")}
        </button>
      </div>
    </form>
  <//>`;
}

function Judged({ judged: { sound, problems, triedOn } }: { judged: TemplateJudgement }): Element {
  const said = sound
    ? t("template.sound", { n: triedOn?.bills ?? 0 })
    : t("template.unsound", { n: problems.length });
  return html`<div class=${sound ? "note" : "problem"}>
    <p>${said}</p>
    <ul>
      ${problems.map(
        ({ part, line, message, billId }) =>
          html`<li>
            <code>${part ?? ""}</code> ${line === null ? "" : t("template.line", { line })} ${message}
            ${billId !== null && html`<a href=${`/bills/${billId}`}>${billId}</a>`}
          </li>`,
      )}
    </ul>
  </div>`;
}
