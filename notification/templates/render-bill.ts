import type { BillTemplates } from "./bill-templates.ts";
import type { BillView } from "./bill-view.ts";
import { defaultBillTemplates } from "./default-templates.ts";
import type { Locale } from "./locale.ts";

/** What the templates print, by the kind of message; a channel of its own may send one of these or something else. */
export interface RenderedBill {
  readonly email: { readonly subject: string; readonly html: string; readonly text: string };
  readonly sms: { readonly text: string };
  readonly push: { readonly title: string; readonly text: string };
}

type Renderers = {
  readonly [C in keyof RenderedBill]: (
    templates: BillTemplates,
    locale: Locale,
    view: BillView,
  ) => RenderedBill[C];
};

const RENDERERS: Renderers = {
  email: (templates, locale, view) => ({
    subject: oneLine(templates.render("bill-email.subject", locale, view)),
    html: templates.render("bill-email.html", locale, view),
    text: templates.render("bill-email.text", locale, view),
  }),
  sms: (templates, locale, view) => ({ text: oneLine(templates.render("bill-sms.text", locale, view)) }),
  push: (templates, locale, view) => ({
    title: oneLine(templates.render("bill-push.title", locale, view)),
    text: oneLine(templates.render("bill-push.text", locale, view)),
  }),
};

/**
 * Renders a bill as a message of one kind. Values are escaped in HTML; subjects and short messages are one line, so that no
 * value can add a mail header. Throws when a template uses what `BillView` does not have.
 */
export function renderBill<C extends keyof RenderedBill>(
  channel: C,
  locale: Locale,
  view: BillView,
  templates: BillTemplates = defaultBillTemplates(),
): RenderedBill[C] {
  return RENDERERS[channel](templates, locale, view);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
