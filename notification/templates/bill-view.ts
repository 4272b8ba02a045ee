/** A line as it is printed. All texts are formatted; templates only place them. */
export interface LineView {
  readonly label: string;
  /** Quantity or percentage, "" when there is none. */
  readonly detail: string;
  readonly amount: string;
  /** Whether the line takes something off: printed in green. */
  readonly credit: boolean;
}

/** Lines of one kind with their sum. */
export interface GroupView {
  readonly title: string;
  readonly subtotal: string;
  readonly credit: boolean;
  readonly lines: readonly LineView[];
}

/** Who sends the bill. Empty texts leave their place out. */
export interface CarrierView {
  readonly name: string;
  readonly supportPhone: string;
  readonly supportEmail: string;
  /** https only: it stands in a link. */
  readonly websiteUrl: string;
  /** https only; an image about 32 pixels high, or "" for the name in letters. */
  readonly logoUrl: string;
}

/** Everything a bill template may print. A variable that is not here makes rendering fail, not print nothing. */
export interface BillView {
  readonly carrier: CarrierView;
  /** "" where the reader need not be the member: whoever opens a link. */
  readonly memberName: string;
  /** `010-****-1234`: no template ever sees the whole number. "" when there is none, or none to be shown. */
  readonly maskedNumber: string;
  readonly billNumber: string;
  /** `2026년 10월`. */
  readonly period: string;
  /** `10월`. */
  readonly shortPeriod: string;
  /** `2026. 10. 1. – 10. 31.` */
  readonly periodDays: string;
  readonly amountDue: string;
  /** The amount in letters that a short SMS can hold. */
  readonly plainAmountDue: string;
  /** Whether the member was told another amount for this bill before, which this message puts right. */
  readonly correction: boolean;
  /** That amount; "" unless this is a correction. */
  readonly previousAmountDue: string;
  /** As `plainAmountDue`. */
  readonly plainPreviousAmountDue: string;
  readonly dueDate: string;
  readonly shortDueDate: string;
  readonly paymentStatus: string;
  /** Whether nothing is left to pay: green instead of amber. */
  readonly paid: boolean;
  readonly groups: readonly GroupView[];
  /** https link to the bill in the member's account, "" for none. */
  readonly billUrl: string;
}
