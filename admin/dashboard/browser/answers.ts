import type { z } from "zod";
import type { NotificationPolicySpec } from "../../../crds/notification-policy.ts";
import type { standing } from "../../access/session-routes.ts";
import type { adjustment } from "../../api/adjustments/schemas.ts";
import type {
  bill,
  billSummary,
  billTimeline,
  explanation,
  renderedMessage,
} from "../../api/bills/schemas.ts";
import type { armAnswer, channels } from "../../api/channels/schemas.ts";
import type { deadLetter, letterCounts, poisonMessage } from "../../api/dead-letters/schemas.ts";
import type { foundMembers, member, unmaskedMember } from "../../api/members/schemas.ts";
import type { foreseen, keptOrder, orderAnswer, tally } from "../../api/messages/order-schemas.ts";
import type { message, queue, recentAttempt } from "../../api/messages/schemas.ts";
import type { policies, policy, storedPolicy } from "../../api/policies/schemas.ts";
import type { difference, mover, report } from "../../api/runs/report-schemas.ts";
import type { runDetail, runSummary } from "../../api/runs/run-schemas.ts";
import type { scheduleSummary } from "../../api/schedules/schedule-schemas.ts";
import type { lag, sendResults, storeState } from "../../api/statistics/schemas.ts";
import type {
  judgement,
  listedTemplates,
  preview,
  savedDraft,
  templateDiff,
  templateVersion,
  versions,
} from "../../api/templates/schemas.ts";

// What the API answers, by its own schemas.

export type Standing = z.output<typeof standing>;

export type RunSummary = z.output<typeof runSummary>;
export type Run = z.output<typeof runDetail>;
export type RunDifference = z.output<typeof difference>;
export type RunMover = z.output<typeof mover>;
export type RunReport = z.output<typeof report>;
export type ScheduleSummary = z.output<typeof scheduleSummary>;

export type FoundMembers = z.output<typeof foundMembers>;
export type Member = z.output<typeof member>;
export type UnmaskedMember = z.output<typeof unmaskedMember>;
export type BillSummary = z.output<typeof billSummary>;
export type Bill = z.output<typeof bill>;
export type BillExplanation = z.output<typeof explanation>;
export type BillTimeline = z.output<typeof billTimeline>;
export type RenderedMessage = z.output<typeof renderedMessage>;
export type Adjustment = z.output<typeof adjustment>;

export type Channels = z.output<typeof channels>;
export type ArmAnswer = z.output<typeof armAnswer>;
export type MessageQueue = z.output<typeof queue>;
export type Message = z.output<typeof message>;
export interface RecentAttempts {
  readonly attempts: readonly z.output<typeof recentAttempt>[];
}
export type Tally = z.output<typeof tally>;
export type OrderAnswer = z.output<typeof orderAnswer>;
export type ForeseenOrder = z.output<typeof foreseen>;
export type KeptOrder = z.output<typeof keptOrder>;
export type DeadLetter = z.output<typeof deadLetter>;
export type LetterCounts = z.output<typeof letterCounts>;
export type PoisonMessage = z.output<typeof poisonMessage>;
export type SendResults = z.output<typeof sendResults>;
export type Lag = z.output<typeof lag>;
export type StoreState = z.output<typeof storeState>;
export type Policies = z.output<typeof policies>;
export type Policy = z.output<typeof policy>;
export type StoredPolicy = z.output<typeof storedPolicy>;
/** The `spec` of a policy, unless an older program stored one that holds no more. */
export type PolicySpec = NotificationPolicySpec;

export type Templates = z.output<typeof listedTemplates>;
export type TemplateVersions = z.output<typeof versions>;
export type TemplateVersion = z.output<typeof templateVersion>;
export type TemplateJudgement = z.output<typeof judgement>;
export type TemplateDiff = z.output<typeof templateDiff>;
export type TemplatePreview = z.output<typeof preview>;
export type SavedDraft = z.output<typeof savedDraft>;
