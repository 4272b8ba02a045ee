import type { BillView, CarrierView, GroupView, LineView } from "./bill-view.ts";
import { dayText, periodDaysText, periodText, shortDayText, shortPeriodText } from "./date-text.ts";
import { LINE_GROUPS, lineGroup, lineLabel, type LabelBook, type LineGroup } from "./line-label.ts";
import type { Locale } from "./locale.ts";
import { moneyText, plainMoneyText, type Currency } from "./money-text.ts";
import { plainName } from "./plain-name.ts";
import { percentText, quantityText } from "./quantity-text.ts";

/** An item of the bill as it is stored: code, quantity (thousandths), rate (millionths), amount (minor units). */
export interface BillLine {
  readonly code: string;
  readonly quantityMilli: number;
  readonly rateMicro: number;
  readonly amountMinor: number;
}

/** Payment states of a bill that a member can be sent. */
export type PaymentState = "unpaid" | "partiallyPaid" | "paid";

/** A bill and its member, as fetched, before any formatting. */
export interface BillFacts {
  readonly carrier: CarrierView;
  readonly memberName: string;
  readonly maskedNumber: string;
  readonly billNumber: string;
  /** `2026-10`. */
  readonly period: string;
  /** `2026-11-25`. */
  readonly dueOn: string;
  readonly currency: Currency;
  readonly totalMinor: number;
  /** The amount that the member was told before and that this message corrects; null = none. */
  readonly toldMinor: number | null;
  readonly payment: PaymentState;
  readonly lines: readonly BillLine[];
  /** https link, or "". */
  readonly billUrl: string;
}

const GROUP_TITLES: Readonly<Record<Locale, Readonly<Record<LineGroup, string>>>> = {
  ko: { fees: "기본 요금", usage: "이용 요금", discounts: "할인", adjustments: "조정", tax: "세금 및 절사" },
  en: {
    fees: "Fees",
    usage: "Usage",
    discounts: "Discounts",
    adjustments: "Adjustments",
    tax: "Tax and rounding",
  },
};

const STATUS: Readonly<Record<Locale, Readonly<Record<PaymentState | "nothing", string>>>> = {
  ko: { unpaid: "납부 전", partiallyPaid: "일부 납부", paid: "납부 완료", nothing: "납부하실 금액 없음" },
  en: { unpaid: "Payment due", partiallyPaid: "Partly paid", paid: "Paid", nothing: "Nothing to pay" },
};

const INCLUDED: Readonly<Record<Locale, string>> = { ko: "포함", en: "Included" };

/** Formats a bill in the language of `book`. Throws TypeError for a link that is not https: it would stand in a mail. */
export function buildBillView(facts: BillFacts, book: LabelBook): BillView {
  const { locale } = book;
  const { carrier, currency, dueOn, period, totalMinor } = facts;
  for (const url of [carrier.websiteUrl, carrier.logoUrl, facts.billUrl]) assertLink(url);
  return {
    carrier,
    memberName: plainName(facts.memberName),
    maskedNumber: facts.maskedNumber,
    billNumber: facts.billNumber,
    period: periodText(period, locale),
    shortPeriod: shortPeriodText(period, locale),
    periodDays: periodDaysText(period, locale),
    amountDue: moneyText(totalMinor, currency, locale),
    plainAmountDue: plainMoneyText(totalMinor, currency, locale),
    ...previousAmount(facts, locale),
    dueDate: dayText(dueOn, locale),
    shortDueDate: shortDayText(dueOn, locale),
    // A credit is carried over or paid out: nobody is asked for it.
    paymentStatus: STATUS[locale][totalMinor <= 0 ? "nothing" : facts.payment],
    paid: totalMinor <= 0 || facts.payment === "paid",
    groups: groupViews(facts, book),
    billUrl: facts.billUrl,
  };
}

function previousAmount(
  { toldMinor, currency }: BillFacts,
  locale: Locale,
): Pick<BillView, "correction" | "previousAmountDue" | "plainPreviousAmountDue"> {
  if (toldMinor === null) return { correction: false, previousAmountDue: "", plainPreviousAmountDue: "" };
  return {
    correction: true,
    previousAmountDue: moneyText(toldMinor, currency, locale),
    plainPreviousAmountDue: plainMoneyText(toldMinor, currency, locale),
  };
}

function groupViews({ lines, currency }: BillFacts, book: LabelBook): GroupView[] {
  const byGroup = new Map<LineGroup, BillLine[]>();
  for (const line of lines) {
    const group = lineGroup(line.code);
    const others = byGroup.get(group);
    if (others === undefined) byGroup.set(group, [line]);
    else others.push(line);
  }
  const views: GroupView[] = [];
  for (const group of LINE_GROUPS) {
    const members = byGroup.get(group);
    if (members === undefined) continue;
    let subtotalMinor = 0;
    for (const line of members) subtotalMinor += line.amountMinor;
    views.push({
      title: GROUP_TITLES[book.locale][group],
      subtotal: moneyText(subtotalMinor, currency, book.locale),
      credit: subtotalMinor < 0,
      lines: members.map((line) => lineView(line, group, currency, book)),
    });
  }
  return views;
}

function lineView(line: BillLine, group: LineGroup, currency: Currency, book: LabelBook): LineView {
  const included = group === "usage" && line.amountMinor === 0 && line.quantityMilli > 0;
  return {
    label: lineLabel(line.code, book),
    detail: lineDetail(line, group, book),
    amount: included ? INCLUDED[book.locale] : moneyText(line.amountMinor, currency, book.locale),
    credit: line.amountMinor < 0,
  };
}

/** How much was used, for how many days, or what percentage: what makes the amount believable. */
function lineDetail({ code, quantityMilli, rateMicro }: BillLine, group: LineGroup, book: LabelBook): string {
  if (group === "usage" && quantityMilli > 0) {
    const meter = code.split(":", 2)[1] ?? "";
    return quantityText(quantityMilli, book.units.get(meter) ?? "", book.locale);
  }
  if (group === "fees" && quantityMilli > 0) return quantityText(quantityMilli, "day", book.locale);
  const isPercentage = (code.startsWith("discount:") || code.startsWith("tax:")) && rateMicro > 0;
  return isPercentage && rateMicro <= 1_000_000 ? percentText(rateMicro) : "";
}

function assertLink(url: string): void {
  if (url !== "" && !url.startsWith("https://")) throw new TypeError("a link of a bill must be https");
}
