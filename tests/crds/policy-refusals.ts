import type { Refusal } from "./refusals.ts";

/** What a NotificationPolicy may not be, but for its durations and holidays. */
export const policyRefusals: readonly Refusal[] = [
  {
    rule: "there is a channel",
    ...{ kind: "NotificationPolicy", spec: { channels: [] }, field: "spec.channels" },
    says: "should have at least 1 items",
  },
  {
    rule: "a channel is known",
    ...{ kind: "NotificationPolicy", spec: { channels: ["fax"] }, field: "spec.channels[0]" },
    says: 'supported values: "email", "sms", "push"',
  },
  {
    rule: "a channel is named once",
    ...{ kind: "NotificationPolicy", spec: { channels: ["sms", "sms"] }, field: "spec.channels" },
    says: "must not name a channel twice",
  },
  {
    rule: "a quiet window starts at a time of day",
    ...{ kind: "NotificationPolicy", spec: { quietHours: [{ start: "24:00", end: "08:00" }] } },
    ...{ field: "spec.quietHours[0].start", says: "must be a time of day from 00:00 to 23:59" },
  },
  {
    rule: "a quiet window ends at a time of day",
    ...{ kind: "NotificationPolicy", spec: { quietHours: [{ start: "22:00", end: "8:00" }] } },
    ...{ field: "spec.quietHours[0].end", says: "must be a time of day from 00:00 to 24:00" },
  },
  {
    rule: "quiet hours leave some time free",
    kind: "NotificationPolicy",
    spec: {
      quietHours: [
        { start: "22:00", end: "08:00" },
        { start: "08:00", end: "22:00" },
      ],
    },
    ...{
      field: "spec.quietHours",
      says: "must leave some time of the day free, or no message could ever be sent",
    },
  },
  {
    rule: "a set of templates has a name",
    ...{ kind: "NotificationPolicy", spec: { templates: "Summer 2026" }, field: "spec.templates" },
    says: "must be the name of a set of templates: lower-case letters, digits and dashes, a letter first",
  },
  {
    rule: "a share of failures is below all",
    ...{ kind: "NotificationPolicy", spec: { breaker: { failurePercent: 100 } } },
    ...{ field: "spec.breaker.failurePercent", says: "should be less than or equal to 99" },
  },
];
