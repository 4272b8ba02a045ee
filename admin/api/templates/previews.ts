import { previewView } from "../../../desk/templates/preview-view.ts";
import { storedTemplate } from "../../../desk/templates/stored-template.ts";
import { koreanLength } from "../../../notification/templates/korean-sms.ts";
import { draftTemplates } from "../../../notification/templates/pinned-templates.ts";
import { renderBill } from "../../../notification/templates/render-bill.ts";
import { smsLength } from "../../../notification/templates/sms-length.ts";
import type { z } from "zod";
import { notFound } from "../../http/problem.ts";
import { pageRoute, readRoute, type RequestContext, type Route } from "../../http/route.ts";
import { openTemplates } from "./open-templates.ts";
import { preview, previewQuery, versionParams } from "./schemas.ts";

const tag = "Templates";
const path = "/templates/{set}/{channel}/{locale}/versions/{version}";

interface Wanted {
  readonly params: z.output<typeof versionParams>;
  readonly query: z.output<typeof previewQuery>;
}

/** The message of a bill as its member would get it, with name and number masked. */
export const templatePreviews: readonly Route[] = [
  readRoute({
    path: `${path}/preview`,
    role: "viewer",
    tag,
    summary: "The message that a version makes of a bill, name and number masked",
    params: versionParams,
    query: previewQuery,
    answer: preview,
    read: (wanted, context) => previewOf(wanted, context),
  }),
  pageRoute({
    path: `${path}/preview.html`,
    role: "viewer",
    tag,
    summary: "The HTML of that message, for a sandboxed frame",
    params: versionParams,
    query: previewQuery,
    render: async (wanted, context) => {
      const { channel, locale, render } = await renderedBy(wanted, context);
      if (channel !== "email") throw notFound(`HTML of ${channel}`);
      return renderBill(channel, locale, render.view, render.templates).html;
    },
  }),
];

async function renderedBy({ params, query }: Wanted, { pool, letterhead }: RequestContext) {
  await openTemplates(pool);
  const { version, ...name } = params;
  const draft = await storedTemplate(pool, name, version);
  const { bill: billId = null, correcting: toldMinor = null } = query;
  const view = await previewView(pool, { locale: draft.locale, billId, toldMinor }, letterhead);
  return { channel: draft.channel, locale: draft.locale, render: { view, templates: draftTemplates(draft) } };
}

async function previewOf(wanted: Wanted, context: RequestContext): Promise<z.input<typeof preview>> {
  const { channel, locale, render } = await renderedBy(wanted, context);
  const { view, templates } = render;
  const nothing = { subject: null, title: null, htmlPage: null, sms: null };
  switch (channel) {
    case "email": {
      const { subject, text } = renderBill(channel, locale, view, templates);
      return { ...nothing, subject, text, htmlPage: htmlAddress(wanted) };
    }
    case "sms": {
      const { text } = renderBill(channel, locale, view, templates);
      const { bytes: eucKrBytes, sentAs } = koreanLength(text);
      const { alphabet, units, segments } = smsLength(text);
      return { ...nothing, text, sms: { eucKrBytes, sentAs, alphabet, units, segments } };
    }
    case "push": {
      const { title, text } = renderBill(channel, locale, view, templates);
      return { ...nothing, title, text };
    }
  }
}

function htmlAddress({ params, query }: Wanted): string {
  const { set, channel, locale, version } = params;
  const terms = new URLSearchParams();
  if (query.bill !== undefined) terms.set("bill", String(query.bill));
  if (query.correcting !== undefined) terms.set("correcting", String(query.correcting));
  const text = terms.toString();
  return `/api/v1/templates/${set}/${channel}/${locale}/versions/${version}/preview.html${text && `?${text}`}`;
}
