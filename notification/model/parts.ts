import { hasBounced, isUnderWay, type NotificationRow } from "../notification-row.ts";
import { DEFAULT_LADDERS } from "../retry-ladder.ts";
import { transition } from "../state.ts";
import type { DeliveryRules } from "../transition.ts";
import type { LogEntry } from "./world.ts";

/** Small ladders, so that the search ends: two e-mails, one SMS, two unknown outcomes. */
const SMALL_RULES: DeliveryRules = {
  ladders: {
    ...DEFAULT_LADDERS,
    email: { delaysMs: [1_000], jitterFraction: 0 },
    sms: { delaysMs: [], jitterFraction: 0 },
  },
  maxUnknownOutcomes: 2,
  quiet: { zone: "UTC", windows: [] },
};

/** A row as a result leaves it, or null when the result comes too late to count. */
export type ResultWrite = (
  row: NotificationRow,
  result: { readonly seq: number; readonly copy: NotificationRow },
) => NotificationRow | null;

/** What the model is put together from: the real state machine, and the conditions that stand in SQL. */
export interface ModelParts {
  readonly rules: DeliveryRules;
  readonly transition: typeof transition;
  /** The `where` of database/deliverable-bills/claim.ts. */
  readonly mayClaim: (row: NotificationRow, entry: Omit<LogEntry, "committed">) => boolean;
  /** The `update` of database/notifications/write-results.ts. */
  readonly written: ResultWrite;
  /** Whether offsets are committed before the claim instead of after it. */
  readonly commitsFirst: boolean;
  /** Whether the dispatcher looks for open batches and for rows that have been queued for long. */
  readonly sweeps: boolean;
  /** Whether a contact may be gone when it is needed. */
  readonly contactsVanish: boolean;
  /** Whether providers tell afterwards what became of what they accepted. */
  readonly receipts: boolean;
  /** Whether a provider may be taken out of the configuration while messages wait for it. */
  readonly providersVanish: boolean;
  /** Whether a pause calls back what is queued, and an operator redrives, resends, cancels, supersedes. */
  readonly people: boolean;
}

/** The product. */
export const REAL_PARTS: ModelParts = {
  rules: SMALL_RULES,
  transition,
  mayClaim: (row, { seq, channel }) => row.state === "QUEUED" && row.seq === seq && row.channel === channel,
  written(row, { seq, copy }) {
    if (row.messageGeneration !== copy.messageGeneration) return null;
    // A success counts however late it comes, and takes nothing back that was counted or told meanwhile.
    if (copy.state === "SENT") {
      const { attempt, unknownOutcomes, bounced = [] } = row;
      if (!isUnderWay(row) || hasBounced(row, copy.channel)) return null;
      return { ...copy, seq: row.seq, attempt, unknownOutcomes, bounced };
    }
    if (row.state !== "SENDING" || row.seq !== seq) return null;
    return row.bounced === undefined ? copy : { ...copy, bounced: row.bounced };
  },
  commitsFirst: false,
  sweeps: true,
  contactsVanish: true,
  receipts: false,
  providersVanish: false,
  people: false,
};

/** The product with receipts; each multiplies the worlds, so one unknown outcome must do. */
export const RECEIPT_PARTS: ModelParts = {
  ...REAL_PARTS,
  rules: { ...SMALL_RULES, maxUnknownOutcomes: 1 },
  receipts: true,
};

/**
 * The product with people who give orders: each multiplies the worlds, so one unknown outcome must do, and contacts and
 * providers stay.
 */
export const ORDERED_PARTS: ModelParts = {
  ...REAL_PARTS,
  rules: { ...SMALL_RULES, maxUnknownOutcomes: 1 },
  contactsVanish: false,
  receipts: true,
  providersVanish: false,
  people: true,
};

/** The product with receipts while a provider is taken out of the configuration: it too multiplies the worlds. */
export const VANISHING_PARTS: ModelParts = {
  ...REAL_PARTS,
  rules: { ...SMALL_RULES, maxUnknownOutcomes: 1 },
  contactsVanish: false,
  receipts: true,
  providersVanish: true,
};
