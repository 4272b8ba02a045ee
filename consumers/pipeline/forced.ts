import type { DueReason } from "../../notification/notification-row.ts";

/** A person decided, with a reason, that the message does not wait for the end of quiet hours. */
export const forcedInQuietHours: DueReason = "forced-in-quiet-hours";
