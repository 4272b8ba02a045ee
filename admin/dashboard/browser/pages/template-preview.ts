import { useState } from "preact/hooks";
import { address } from "../api.ts";
import type { TemplatePreview } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useResource } from "../use-resource.ts";
import { Field } from "../ui/form.ts";
import { Loaded, Panel } from "../ui/page.ts";

/** How a bill looks by one version: a made-up one, or a real one with name and number masked. */
export function TemplatePreviewPanel(props: { path: string; version: number; savedAt: string }): Element {
  const [bill, setBill] = useState("");
  const [shown, setShown] = useState("");
  const { path, version, savedAt } = props;
  const preview = useResource<TemplatePreview>(
    address(`${path}/versions/${version}/preview`, { bill: shown }),
  );
  const submit = (event: Event): void => {
    event.preventDefault();
    setShown(bill);
  };
  return html`<${Panel} title=${t("template.preview")} note=${`${t("template.version")} ${version}`}>
    <form class="filters" onSubmit=${submit}>
      <${Field} label=${t("template.previewOf")} value=${bill} onChange=${setBill} />
      <button type="submit">${t("common.view")}</button>
    </form>
    <${Loaded} resource=${preview}
      >${(found: TemplatePreview) => html`<${Shown} key=${savedAt} preview=${found} />`}<//
    >
  <//>`;
}

function Shown({ preview: { subject, title, text, htmlPage, sms } }: { preview: TemplatePreview }): Element {
  return html`<div>
    ${(subject ?? title) !== null && html`<p><b>${subject ?? title}</b></p>`}
    ${
      htmlPage === null
        ? html`<pre>${text}</pre>`
        : html`<iframe class="bill-frame" sandbox="" title=${t("template.preview")} src=${htmlPage}></iframe>`
    }
    ${sms !== null && html`<p class="note">${t("template.segments", { bytes: sms.eucKrBytes, as: sms.sentAs })}</p>`}
  </div>`;
}
