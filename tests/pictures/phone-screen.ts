import { parseLinkKeys } from "../../notification/bill-link.ts";
import { koreanLength } from "../../notification/templates/korean-sms.ts";
import { billLinkOf } from "../../notification/templates/letterhead.ts";
import type { Locale } from "../../notification/templates/locale.ts";
import { draftTemplates } from "../../notification/templates/pinned-templates.ts";
import { renderBill } from "../../notification/templates/render-bill.ts";
import { SAMPLE_FACTS, sampleView } from "../../notification/templates/sample-bill.ts";
import { smsLength } from "../../notification/templates/sms-length.ts";

/** A message longer than an SMS, as docs/templates.md has it, with the link to the bill. */
const LONGER: Readonly<Record<Locale, string>> = {
  ko: "[{{ carrier.name }}] {{ period }} 요금은 {{ plainAmountDue }}, 납부기한은 {{ dueDate }}입니다. 청구서 보기: {{ billUrl }}",
  en: "{{ carrier.name }}: your {{ period }} bill is {{ plainAmountDue }}, due {{ dueDate }}. See it here: {{ billUrl }}",
};

const link = billLinkOf(
  {
    ...{
      carrier: SAMPLE_FACTS.carrier,
      billUrl: "https://bills.hanbit.example/b/",
      dueDay: 25,
      linkDays: 90,
    },
    linkKeys: parseLinkKeys(`l1:${Buffer.alloc(32, 1).toString("base64")}`),
  },
  SAMPLE_FACTS.period,
  Number(SAMPLE_FACTS.billNumber),
);

/** A phone with the program's own SMS, one that corrects it, and a longer one with a link. */
export function phoneScreen(locale: Locale): string {
  const view = sampleView(locale, { billUrl: link });
  const parts = { text: LONGER[locale] };
  const longer = draftTemplates({ channel: "sms", locale, promotional: false, parts });
  const texts = [
    renderBill("sms", locale, view).text,
    renderBill("sms", locale, sampleView(locale, { toldMinor: 41_370 })).text,
    renderBill("sms", locale, view, longer).text,
  ];
  return `<!doctype html><html lang="${locale}"><meta charset="utf-8"><style>
body{margin:0;padding:0 14px 18px;background:#fff;color:#0f1722;font:15px/1.45 -apple-system,'Segoe UI',Roboto,'Apple SD Gothic Neo','Noto Sans CJK KR',sans-serif}
header{margin:0 -14px 6px;padding:14px;border-bottom:1px solid #e3e7ed;background:#f6f7f9;text-align:center;font-weight:600}
p{margin:14px 40px 4px 0;padding:10px 14px;border-radius:18px 18px 18px 4px;background:#e9ebef;overflow-wrap:anywhere}
small{padding-left:14px;color:#66707e}
</style><header>${SAMPLE_FACTS.carrier.supportPhone}</header>${texts.map((text) => bubble(text, locale)).join("")}</html>`;
}

function bubble(text: string, locale: Locale): string {
  const { bytes, sentAs } = koreanLength(text);
  const { segments, alphabet } = smsLength(text);
  const size = locale === "ko" ? `${sentAs.toUpperCase()}, ${bytes} bytes` : `${segments} × SMS, ${alphabet}`;
  return `<p>${text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p><small>${size}</small>`;
}
