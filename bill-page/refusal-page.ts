import { engineOf } from "../notification/templates/engines.ts";
import type { CarrierView } from "../notification/templates/bill-view.ts";
import type { Locale } from "../notification/templates/locale.ts";

/** Why there is no bill to see: the link leads to none (whatever the reason), or not now. */
export type Refusal = "no-bill" | "not-now";

const TEXTS: Readonly<Record<Locale, Readonly<Record<Refusal, readonly [title: string, text: string]>>>> = {
  ko: {
    "no-bill": [
      "청구서를 열 수 없습니다",
      "링크의 유효 기간이 지났거나 주소가 일부 빠졌을 수 있습니다. 메시지의 링크를 다시 눌러 주세요. 그래도 열리지 않으면 고객센터로 문의해 주세요.",
    ],
    "not-now": [
      "잠시 후 다시 시도해 주세요",
      "지금은 청구서를 보여 드릴 수 없습니다. 잠시 후 다시 열어 주세요.",
    ],
  },
  en: {
    "no-bill": [
      "This bill cannot be opened",
      "The link may have expired, or a part of it may be missing. Please open it once more from your message. If that does not help, we are glad to assist.",
    ],
    "not-now": [
      "Please try again in a moment",
      "We cannot show your bill right now. Please open it again a little later.",
    ],
  },
};

const engine = engineOf("bill-email.html");
const page = engine.parse(`<!doctype html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light">
<title>{{ title }}</title>
<style>
body{margin:0;padding:24px 12px;background:#eef1f5;color:#1b2430;font:15px/1.6 -apple-system,'Segoe UI',Roboto,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR','Noto Sans CJK KR',sans-serif;word-break:keep-all;overflow-wrap:anywhere}
main{box-sizing:border-box;max-width:600px;margin:0 auto;padding:26px 36px 30px;background:#fff;border-radius:14px}
b{font-size:18px;color:#123a8c}
h1{margin:26px 0 10px;font-size:24px;line-height:1.3;color:#0f1722}
p{margin:0}
footer{margin-top:26px;padding-top:18px;border-top:1px solid #e3e7ed;font-size:13px;color:#556070}
footer span,footer a{display:inline-block;padding-right:14px}
a{color:#123a8c}
@media (max-width:480px){body{padding:0}main{padding:26px 20px 30px;border-radius:0}}
</style>
</head>
<body>
<main>
<b>{{ carrier.name }}</b>
<h1>{{ title }}</h1>
<p>{{ text }}</p>
{%- if carrier.supportPhone != "" or carrier.supportEmail != "" or carrier.websiteUrl != "" %}
<footer>
{%- if carrier.supportPhone != "" %}<span>{{ carrier.supportPhone }}</span>{% endif -%}
{%- if carrier.supportEmail != "" %}<a href="mailto:{{ carrier.supportEmail }}">{{ carrier.supportEmail }}</a>{% endif -%}
{%- if carrier.websiteUrl != "" %}<a href="{{ carrier.websiteUrl }}">{{ carrier.websiteUrl }}</a>{% endif -%}
</footer>
{%- endif %}
</main>
</body>
</html>
`);

/** The page for a visitor who gets no bill. It says the same of every link that leads to none. */
export function refusalPage(refusal: Refusal, language: Locale, carrier: CarrierView): string {
  const [title, text] = TEXTS[language][refusal];
  return engine.renderSync(page, { language, title, text, carrier }) as string;
}
