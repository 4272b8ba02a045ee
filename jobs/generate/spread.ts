import { toEpochDay } from "../../billing/epoch-day.ts";

/** How the generated population is spread: every share of it stands here, and docs/generate.md lists them. */
export const spread = {
  /** Accounts that belong to a family. */
  familyShare: 0.25,
  /** Sizes of families; consecutive account numbers. */
  familySizes: [
    { value: 2, weight: 40 },
    { value: 3, weight: 30 },
    { value: 4, weight: 20 },
    { value: 5, weight: 10 },
  ],

  /** What happens to an account within the month; at most one of them. */
  joins: 0.02,
  cancellations: 0.01,
  planChanges: 0.01,
  secondSubscription: 0.02,

  suspensions: 0.005,
  contracts: 0.55,
  /** Of the contracts, those broken within the month although the subscription goes on. */
  earlyTerminations: 0.003,
  addOns: 0.35,
  welfare: 0.04,
  adjustments: 0.005,
  unknownBirthday: 0.02,
  /** One account in so many is on a plan that no tariff has, so that it is held; the first is the 777th. */
  unbillableEvery: 50_000,
  unbillablePlan: "kr-2g-retired",

  english: 0.08,
  withoutContact: 0.0001,
  withoutEmail: 0.03,
  withoutPhone: 0.01,
  prefersSms: 0.04,
  withApp: 0.4,
  /** Of those who have the app, unless they prefer SMS. */
  prefersPush: 0.05,
  quietHours: 0.15,
  sendDays: [
    { value: null, weight: 60 },
    { value: 15, weight: 20 },
    { value: 21, weight: 14 },
    { value: 5, weight: 2 },
    { value: 10, weight: 2 },
    { value: 25, weight: 2 },
  ],
  /** Minutes of the day, [start, end). */
  quietWindows: [
    { value: [1260, 540], weight: 40 },
    { value: [1320, 600], weight: 25 },
    { value: [1380, 480], weight: 15 },
    { value: [720, 780], weight: 12 },
    { value: [1080, 720], weight: 5 },
    { value: [540, 1080], weight: 3 },
  ],
  timeZones: [
    { value: "", weight: 985 },
    { value: "America/New_York", weight: 4 },
    { value: "Europe/Berlin", weight: 3 },
    { value: "Asia/Tokyo", weight: 3 },
    { value: "America/Los_Angeles", weight: 2 },
    { value: "Asia/Kathmandu", weight: 1 },
    { value: "Pacific/Auckland", weight: 1 },
    { value: "America/Sao_Paulo", weight: 1 },
  ],
  /** Zone of everybody else. */
  homeTimeZone: "Asia/Seoul",

  /** Oldest day of joining. */
  firstJoin: toEpochDay(1997, 10, 1),
} as const;
