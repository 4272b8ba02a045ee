/** A generation: one complete set of bills of a period. */
export interface GenerationAddress {
  /** `YYYY-MM`. */
  readonly period: string;
  /** 1 for the first set computed for the period, and so on. */
  readonly generation: number;
}

/** One settlement partition of a generation. */
export interface PartitionAddress extends GenerationAddress {
  readonly partitionIndex: number;
}

/** The period as the ledger keeps it: its first day, `YYYY-MM-01`. */
export function periodDate(period: string): string {
  return `${period}-01`;
}
