/** One of the four kinds of call that the data set has minutes and a charge for. */
export interface Band {
  /** As the result names it, and the code of its meter in tariffs/us-churn.yaml. */
  readonly code: string;
  /** Columns of the data set. */
  readonly minutes: string;
  readonly charge: string;
}

export const bands: readonly Band[] = [
  { code: "day", minutes: "Total day minutes", charge: "Total day charge" },
  { code: "evening", minutes: "Total eve minutes", charge: "Total eve charge" },
  { code: "night", minutes: "Total night minutes", charge: "Total night charge" },
  { code: "international", minutes: "Total intl minutes", charge: "Total intl charge" },
];
