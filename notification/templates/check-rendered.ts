import { koreanLength, KOREAN_LIMITS } from "./korean-sms.ts";
import type { RenderedBill } from "./render-bill.ts";
import { smsLength } from "./sms-length.ts";
import { problemOf, warningOf, type TemplateDraft, type TemplateProblem } from "./template-problem.ts";

/** Above this Gmail shows the beginning only, and the amount stands at the end. */
const MAX_HTML_BYTES = 102_000;
/** Segments of an international SMS; more are refused or dropped by many networks. */
const MAX_SEGMENTS = 10;
/** What Android and iOS show of a push message before they cut it. */
const PUSH_LIMITS = { title: 65, text: 240 } as const;

/** What a mail program takes out or blocks, and what therefore has no place in a bill. */
const NOT_IN_MAIL =
  /<\s*(script|iframe|form|object|embed|link|base|meta\s+http-equiv)\b|\son[a-z]+\s*=|javascript:/i;

type Rendered = {
  readonly [C in keyof RenderedBill]: { channel: C; content: RenderedBill[C] };
}[keyof RenderedBill];

/** What is wrong with a message as one bill made it; `locale` decides how an SMS is counted. */
export function renderedProblems(
  draft: Pick<TemplateDraft, "locale" | "promotional">,
  rendered: Rendered,
): TemplateProblem[] {
  switch (rendered.channel) {
    case "email":
      return [
        ...emailProblems(rendered.content),
        ...markProblems(draft, "subject", rendered.content.subject),
      ];
    case "sms":
      return [
        ...smsProblems(draft.locale, rendered.content.text),
        ...markProblems(draft, "text", rendered.content.text),
      ];
    case "push":
      return [...pushProblems(rendered.content), ...markProblems(draft, "title", rendered.content.title)];
  }
}

function emailProblems({ subject, html, text }: RenderedBill["email"]): TemplateProblem[] {
  const problems: TemplateProblem[] = [];
  const bytes = Buffer.byteLength(html);
  if (bytes > MAX_HTML_BYTES) {
    problems.push(problemOf("html", `${bytes} bytes: Gmail cuts off what is over ${MAX_HTML_BYTES}`));
  }
  const forbidden = NOT_IN_MAIL.exec(html)?.[0].trim();
  if (forbidden !== undefined) {
    problems.push(problemOf("html", `"${forbidden}" does not survive a mail program`));
  }
  if (!/<html[^>]+lang=/i.test(html)) {
    problems.push(warningOf("html", "has no <html lang=…>: a screen reader guesses the language"));
  }
  if (/<img(?![^>]*\balt=)/i.test(html)) {
    problems.push(problemOf("html", "has an image without alt text"));
  }
  if (subject === "") problems.push(problemOf("subject", "is empty"));
  if (subject.length > 150) problems.push(warningOf("subject", "is longer than a list of mails shows"));
  if (text.trim() === "") problems.push(problemOf("text", "is empty: who reads no HTML gets no bill"));
  return problems;
}

function smsProblems(locale: TemplateDraft["locale"], text: string): TemplateProblem[] {
  if (text === "") return [problemOf("text", "is empty")];
  return locale === "ko" ? koreanProblems(text) : internationalProblems(text);
}

function koreanProblems(text: string): TemplateProblem[] {
  const { bytes, sentAs, unencodable } = koreanLength(text);
  const problems: TemplateProblem[] = [];
  if (sentAs === "too-long") {
    problems.push(problemOf("text", `${bytes} bytes of EUC-KR; an LMS has ${KOREAN_LIMITS.lms}`));
  }
  if (sentAs === "lms") {
    const limit = KOREAN_LIMITS.sms;
    problems.push(warningOf("text", `${bytes} bytes of EUC-KR are sent as LMS; an SMS has ${limit}`));
  }
  if (unencodable.length > 0) {
    problems.push(warningOf("text", `EUC-KR does not have ${unencodable.join(" ")}: phones show "?"`));
  }
  return problems;
}

function internationalProblems(text: string): TemplateProblem[] {
  const { alphabet, units, segments } = smsLength(text);
  const length = `${units} units of ${alphabet.toUpperCase()}, ${segments} segments`;
  if (segments > MAX_SEGMENTS) return [problemOf("text", `${length}; the most is ${MAX_SEGMENTS}`)];
  return segments > 1 ? [warningOf("text", `${length}: each is charged`)] : [];
}

function pushProblems(content: RenderedBill["push"]): TemplateProblem[] {
  return (["title", "text"] as const).flatMap((part) => {
    const length = Array.from(content[part]).length;
    if (length === 0) return [problemOf(part, "is empty")];
    const limit = PUSH_LIMITS[part];
    return length > limit ? [warningOf(part, `${length} characters; a phone shows about ${limit}`)] : [];
  });
}

/** Advertising in Korea begins with the mark "(광고)" (Enforcement Decree of the Network Act, annex 6). */
function markProblems(
  { locale, promotional }: Pick<TemplateDraft, "locale" | "promotional">,
  part: "subject" | "text" | "title",
  text: string,
): TemplateProblem[] {
  if (!promotional || locale !== "ko" || text.startsWith("(광고)")) return [];
  return [problemOf(part, "advertising must begin with (광고)")];
}
