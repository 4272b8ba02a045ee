import { z } from "zod";
import { CHANNEL_NAMES } from "../../notification/channels/registry.ts";

/** Fields that schemas of several topics share. */

/** Minor units of the currency beside it, as text: JSON numbers are binary. */
export const minor = z.string().regex(/^-?\d{1,19}$/);
export const period = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be YYYY-MM")
  .describe("`YYYY-MM`");
export const locale = z.enum(["ko", "en"]);
export const channel = z.enum(CHANNEL_NAMES as readonly [string, ...string[]]);
export const reason = z.string().trim().min(1, "say why").max(500).describe("Kept in the audit log");
/** `HH:MM` of the member's local day. */
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:MM");

/** A number that names something, in a path or a query. */
export const idParameter = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);
export const billIdParam = z.object({ billId: idParameter.describe("yyyymm and the ten-digit account") });
