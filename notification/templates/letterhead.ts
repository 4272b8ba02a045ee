import { parseLinkKeys, signBillLink, type LinkKeys } from "../bill-link.ts";
import type { CarrierView } from "./bill-view.ts";

const DAY_MS = 86_400_000;

/** What the texts of every bill of a carrier have in common. */
export interface BillLetterhead {
  readonly carrier: CarrierView;
  /** https link to which a token is appended, or "". */
  readonly billUrl: string;
  /** Day of the month after the billed one, 1 to 28. */
  readonly dueDay: number;
  /** None = the bill's number stands in the link, for a site that asks its visitors who they are. */
  readonly linkKeys: LinkKeys;
  /** Days after the due day at whose end a signed link expires. */
  readonly linkDays: number;
}

/** The variables that a letterhead is made of, parsed. */
export interface LetterheadVariables {
  readonly CARRIER_NAME: string;
  readonly CARRIER_SUPPORT_PHONE: string;
  readonly CARRIER_SUPPORT_EMAIL: string;
  readonly CARRIER_WEBSITE_URL: string;
  readonly CARRIER_LOGO_URL: string;
  readonly BILL_URL: string;
  readonly BILL_DUE_DAY: number;
  readonly LINK_KEYS: string;
  readonly LINK_DAYS: number;
}

/** The letterhead from the configuration. */
export function letterheadOf(config: LetterheadVariables): BillLetterhead {
  return {
    carrier: {
      name: config.CARRIER_NAME,
      supportPhone: config.CARRIER_SUPPORT_PHONE,
      supportEmail: config.CARRIER_SUPPORT_EMAIL,
      websiteUrl: config.CARRIER_WEBSITE_URL,
      logoUrl: config.CARRIER_LOGO_URL,
    },
    billUrl: config.BILL_URL,
    dueDay: config.BILL_DUE_DAY,
    linkKeys: parseLinkKeys(config.LINK_KEYS),
    linkDays: config.LINK_DAYS,
  };
}

/** The due day of a period's bills (`YYYY-MM`), in the month after it, as `YYYY-MM-DD`. */
export function dueOn(period: string, dueDay: number): string {
  const [year = 0, month = 0] = period.split("-").map(Number);
  const [dueYear, dueMonth] = month === 12 ? [year + 1, 1] : [year, month + 1];
  return `${dueYear}-${String(dueMonth).padStart(2, "0")}-${String(dueDay).padStart(2, "0")}`;
}

/**
 * The link to a bill, "" for none. It expires by the bill's due day and not by the time of sending: a retry must render the
 * very same message.
 */
export function billLinkOf(letterhead: BillLetterhead, period: string, billId: number): string {
  const { billUrl, dueDay, linkKeys, linkDays } = letterhead;
  if (billUrl === "") return "";
  if (linkKeys.length === 0) return `${billUrl}${billId}`;
  const expiresAtMs = Date.parse(dueOn(period, dueDay)) + (linkDays + 1) * DAY_MS;
  return `${billUrl}${signBillLink({ billId, expiresAtSeconds: expiresAtMs / 1_000 }, linkKeys)}`;
}
