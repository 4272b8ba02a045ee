import type { Templates } from "../answers.ts";
import { instant } from "../format.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useResource } from "../use-resource.ts";
import { Loaded, Page, Panel } from "../ui/page.ts";
import { Table, type Column } from "../ui/table.ts";

type Listed = Templates["templates"][number];

const columns = (): readonly Column<Listed>[] => [
  {
    name: t("templates.name"),
    cell: ({ set, channel, locale }) =>
      html`<a href=${`/templates/${set}/${channel}/${locale}`}>${set} · ${codeName(channel)} · ${locale}</a>`,
  },
  { name: t("templates.published"), cell: ({ published }) => published ?? "–", numeric: true },
  {
    name: t("template.publishedBy"),
    cell: ({ publishedAt, builtIn }) => (builtIn === true ? t("templates.builtIn") : instant(publishedAt)),
  },
  { name: t("templates.draft"), cell: ({ draft }) => draft ?? "–", numeric: true },
];

/** What members are told, by channel and language. */
export function TemplatesPage(): Element {
  const templates = useResource<Templates>("/templates");
  return html`<${Page} title=${t("templates.title")}>
    <${Panel}>
      <${Loaded} resource=${templates}
        >${(found: Templates) => html`<${Table} caption=${t("templates.title")} columns=${columns()} rows=${found.templates} />`}<//
      >
    <//>
  <//>`;
}
