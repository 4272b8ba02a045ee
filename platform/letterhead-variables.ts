import { z } from "zod";

const httpsOrEmpty = z.union([z.literal(""), z.url({ protocol: /^https$/, error: "must be an https link" })]);

/** What all bills of a carrier say: variables of whoever writes bills, or shows how they would look. */
export const letterheadVariables = {
  CARRIER_NAME: z.string().default("Mobile"),
  CARRIER_SUPPORT_PHONE: z.string().default(""),
  CARRIER_SUPPORT_EMAIL: z.string().default(""),
  CARRIER_WEBSITE_URL: httpsOrEmpty.default(""),
  CARRIER_LOGO_URL: httpsOrEmpty.default(""),
  /** Link to a member's bills; a signed token, or without LINK_KEYS the bill's number, is appended. Empty = no link. */
  BILL_URL: httpsOrEmpty.default(""),
  /** Keys that sign the links: `id:base64` pairs, comma-separated, the first signs, all verify. Empty = no signature. */
  LINK_KEYS: z
    .string()
    .regex(
      /^(\w{1,32}:[A-Za-z0-9+/]{43}=(,\w{1,32}:[A-Za-z0-9+/]{43}=)*)?$/,
      "must be id:base64-of-32-bytes[,id:base64…]",
    )
    .default(""),
  /** Days after the due day for which a signed link leads to the bill. */
  LINK_DAYS: z.coerce.number().int().min(1).max(3_660).default(90),
  /** Day of the month after the billed one on which bills are due. */
  BILL_DUE_DAY: z.coerce.number().int().min(1).max(28).default(25),
};
