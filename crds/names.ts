import { dnsLabelLength } from "./text.ts";

/**
 * What is appended to a run's name at most: generation, step, retry, and the partition's index. A pod of an Indexed Job
 * has `<job>-<index>` as its host name, and the API server refuses a Job of which that has more than 63 characters.
 */
const longestPodSuffix = "-g999-settle-canary-r999-1023";

/** How often the failed partitions of a run may be tried again: three digits, as `longestPodSuffix` assumes. */
export const maxRetryGeneration = 999;

/** Longest name of a BillingRun: 34 characters. */
export const runNameMaxLength = dnsLabelLength - longestPodSuffix.length;

/** Longest name of a BillingSchedule, whose runs append `-2026-10`: 26 characters. */
export const scheduleNameMaxLength = runNameMaxLength - "-yyyy-mm".length;
