import { z } from "zod";
import { channel, idParameter, locale, reason, timeOfDay } from "../fields.ts";

export const memberParam = z.object({ memberId: idParameter });

/** Exactly one term; contacts are found by blind index, however they are written. */
export const searchTerms = z
  .strictObject({
    memberId: z.int().min(1).optional(),
    accountId: z.int().min(1).optional(),
    email: z.string().trim().min(3).max(254).optional(),
    phone: z.string().trim().min(4).max(30).optional(),
    name: z
      .string()
      .max(200)
      .optional()
      .describe("Refused: names are kept encrypted and have no index; here so that the refusal says so"),
  })
  .refine((terms) => Object.values(terms).filter((term) => term !== undefined).length === 1, {
    message: "give exactly one of memberId, accountId, email, phone",
  })
  .meta({ id: "MemberSearch" });

/** What is shown of whom a member is. `name`, `email`, `phone` are masked; null = there is none. */
const maskedMember = {
  memberId: z.int(),
  name: z.string().describe("`홍*동`"),
  email: z.string().nullable().describe("`test****@test.com`"),
  phone: z.string().nullable().describe("`010-****-1234`"),
};

export const foundMembers = z
  .object({
    items: z.array(z.object({ ...maskedMember, accountIds: z.array(z.int()) }).meta({ id: "FoundMember" })),
    /** There are more members with this contact. */
    more: z.boolean(),
  })
  .meta({ id: "FoundMembers" });

const quietHours = z
  .object({ start: timeOfDay, end: timeOfDay })
  .meta({ id: "MemberQuietHours", description: "Half-open, in the member's zone, may cross midnight" });

/** What a member wants, as it stands. */
export const preferences = z
  .object({
    language: locale,
    sendDay: z.int().min(1).max(28).nullable().describe("Day of the month; null = as soon as released"),
    quietHours: quietHours.nullable().describe("Besides the system's; null = none of their own"),
    preferredChannel: channel.nullable().describe("Tried first; null = the policy's order"),
  })
  .meta({ id: "MemberPreferences" });

/** What is left out stays; null takes the wish away. */
export const changedPreferences = z
  .strictObject({
    language: locale.optional(),
    sendDay: z.int().min(1).max(28).nullable().optional(),
    quietHours: quietHours.nullable().optional(),
    preferredChannel: channel.nullable().optional(),
    reason: reason.optional(),
  })
  .meta({ id: "ChangedPreferences" });

const subscription = z
  .object({
    subscriptionId: z.int(),
    plan: z.string(),
    startedOn: z.iso.date(),
    endedOn: z.iso.date().nullable(),
  })
  .meta({ id: "Subscription" });

const account = z
  .object({
    accountId: z.int(),
    currency: z.string(),
    joinedOn: z.iso.date(),
    familyId: z.int().nullable(),
    subscriptions: z.array(subscription),
  })
  .meta({ id: "Account" });

export const member = z
  .object({
    ...maskedMember,
    hasPushToken: z.boolean(),
    timeZone: z.string(),
    ...preferences.shape,
    suppressedChannels: z.array(channel).describe("Whose address bounced or complained"),
    accounts: z.array(account),
  })
  .meta({ id: "Member" });

export const unmaskOrder = z.strictObject({ reason }).meta({ id: "UnmaskOrder" });

/** In plain: for the one who gave the reason, and not to be kept. */
export const unmaskedMember = z
  .object({
    memberId: z.int(),
    name: z.string(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
  })
  .meta({ id: "UnmaskedMember" });
