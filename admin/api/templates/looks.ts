import { listTemplates } from "../../../database/templates/list-templates.ts";
import { loadVersions } from "../../../database/templates/load-versions.ts";
import type { TemplateRow } from "../../../database/templates/template-row.ts";
import { storedTemplate } from "../../../desk/templates/stored-template.ts";
import { lineDiff } from "../../../notification/templates/line-diff.ts";
import { writeTemplateFile } from "../../../notification/templates/template-file.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { openTemplates } from "./open-templates.ts";
import {
  diffQuery,
  listedTemplates,
  nameParams,
  templateDiff,
  templatesQuery,
  templateVersion,
  versionParams,
  versions,
} from "./schemas.ts";

const tag = "Templates";
const path = "/templates/{set}/{channel}/{locale}";

/** What messages say, in versions: a look at it. */
export const templateLooks: readonly Route[] = [
  readRoute({
    path: "/templates",
    role: "viewer",
    tag,
    summary: "Every template with the version in force and the draft",
    query: templatesQuery,
    answer: listedTemplates,
    read: async ({ query: { set = null } }, { pool }) => {
      await openTemplates(pool);
      return { templates: [...(await listTemplates(pool, set))] };
    },
  }),
  readRoute({
    path: `${path}/versions`,
    role: "viewer",
    tag,
    summary: "Every version of a template, the newest first",
    params: nameParams,
    answer: versions,
    read: async ({ params }, { pool }) => {
      await openTemplates(pool);
      return { versions: [...(await loadVersions(pool, params))] };
    },
  }),
  readRoute({
    path: `${path}/versions/{version}`,
    role: "viewer",
    tag,
    summary: "One version with its texts",
    params: versionParams,
    answer: templateVersion,
    read: async ({ params: { version, ...name } }, { pool }) => {
      await openTemplates(pool);
      return await storedTemplate(pool, name, version);
    },
  }),
  readRoute({
    path: `${path}/diff`,
    role: "viewer",
    tag,
    summary: "What differs between two versions, line by line",
    params: nameParams,
    query: diffQuery,
    answer: templateDiff,
    read: async ({ params, query }, { pool }) => {
      await openTemplates(pool);
      const from = await storedTemplate(pool, params, query.from);
      const to = await storedTemplate(pool, params, query.to);
      const lines = lineDiff(fileOf(from), fileOf(to));
      return { from: from.version, to: to.version, lines: [...lines] };
    },
  }),
];

function fileOf(row: TemplateRow): string {
  return writeTemplateFile(row.channel, row);
}
