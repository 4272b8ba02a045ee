import { useState } from "preact/hooks";
import type { TemplateDiff, TemplateVersion, TemplateVersions } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { useResource } from "../use-resource.ts";
import { Badge } from "../ui/badge.ts";
import { Action } from "../ui/dialog.ts";
import { Loaded, Page, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";
import { TemplateEditor } from "./template-editor.ts";
import { TemplatePreviewPanel } from "./template-preview.ts";

/** One template: its text, how a bill looks by it, its versions. */
export function TemplatePage(props: { set: string; channel: string; locale: string }): Element {
  const path = `/templates/${props.set}/${props.channel}/${props.locale}`;
  const versions = useResource<TemplateVersions>(`${path}/versions`);
  const newest = versions.value?.versions[0];
  const current = useResource<TemplateVersion>(
    newest === undefined ? null : `${path}/versions/${newest.version}`,
  );
  const [looked, setLooked] = useState<number | undefined>();
  const above = html`<p class="crumb"><a href="/templates">${t("templates.title")}</a></p>`;
  const title = `${props.set} · ${props.channel} · ${props.locale}`;
  return html`<${Page} title=${title} above=${above}>
    <div class="columns">
      <div>
        <${Loaded} resource=${current}>
          ${(found: TemplateVersion) => html`<${TemplateEditor} key=${`${found.version} ${found.savedAt}`} path=${path} template=${found} onSaved=${versions.reload} />`}
        <//>
      </div>
      <div>
        ${newest !== undefined && html`<${TemplatePreviewPanel} path=${path} version=${looked ?? newest.version} savedAt=${newest.savedAt} />`}
        ${newest?.state === "draft" && html`<${DiffPanel} path=${path} savedAt=${newest.savedAt} />`}
        <${HistoryPanel} path=${path} resource=${versions} onLook=${setLooked} />
      </div>
    </div>
  <//>`;
}

/** Lines that a draft takes away and adds. */
function DiffPanel({ path, savedAt }: { path: string; savedAt: string }): Element | null {
  const diff = useResource<TemplateDiff>(`${path}/diff`);
  // Nothing was published before: there is nothing to differ from.
  if (diff.problem !== undefined) return null;
  const kind = (line: string): string =>
    line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : "same";
  return html`<${Panel} title=${t("template.difference")} key=${savedAt}>
    <${Loaded} resource=${diff}>
      ${({ lines }: TemplateDiff) => html`<pre class="diff">${lines.map((line) => html`<span class=${kind(line)}>${line}${"\n"}</span>`)}</pre>`}
    <//>
  <//>`;
}

type Version = TemplateVersions["versions"][number];

interface HistoryProps {
  readonly path: string;
  readonly resource: ReturnType<typeof useResource<TemplateVersions>>;
  readonly onLook: (version: number) => void;
}

function HistoryPanel({ path, resource, onLook }: HistoryProps): Element {
  const mayPublish = useMay("approver");
  const publish = ({ version, savedAt }: Version): Element =>
    html`<${Action}
      label=${t("template.publish")}
      path=${`${path}/publish`}
      body=${{ version, savedAt }}
      says=${t("template.publishSays", { version })}
      tone="primary"
      onDone=${resource.reload}
    />`;
  const columns: readonly Column<Version>[] = [
    {
      name: t("template.version"),
      cell: ({ version }) => html`<button type="button" onClick=${() => onLook(version)}>${version}</button>`,
    },
    {
      name: t("common.state"),
      cell: ({ state }) => html`<${Badge} code=${state} tone=${state === "draft" ? "wait" : "good"} />`,
    },
    {
      name: t("template.savedBy"),
      cell: ({ savedBy, savedAt }) => html`${savedBy}<span class="fine">${instant(savedAt)}</span>`,
    },
    {
      name: t("template.publishedBy"),
      cell: ({ publishedBy, publishedAt }) =>
        html`${publishedBy ?? "–"}<span class="fine">${instant(publishedAt)}</span>`,
      minor: true,
    },
    { name: t("template.note"), cell: ({ note }) => note, minor: true },
    { name: "", cell: (version) => mayPublish && version.state === "draft" && publish(version) },
  ];
  return html`<${Panel} title=${t("template.history")}>
    <${Loaded} resource=${resource}
      >${({ versions }: TemplateVersions) => html`<${Table} caption=${t("template.history")} columns=${columns} rows=${versions} />`}<//
    >
  <//>`;
}
