/** What a settled part of a partition adds up to. */
export interface SettledCounts {
  readonly billed: number;
  readonly held: number;
  readonly excluded: number;
  readonly items: number;
}

/** What the jobs of a run tell while they are at work. */
export interface JobMeter {
  /** A connection to PostgreSQL was opened. */
  connected(): void;
  copied(direction: "read" | "written", bytes: number): void;
  /** So many accounts are to be settled. */
  expects(accounts: number): void;
  /** The totals of this job so far. */
  settled(sofar: SettledCounts): void;
  checked(holds: boolean): void;
  messagesPlanned(messages: number): void;
}

/** Of a job that nobody scrapes. */
export const silentMeter: JobMeter = {
  connected: () => undefined,
  copied: () => undefined,
  expects: () => undefined,
  settled: () => undefined,
  checked: () => undefined,
  messagesPlanned: () => undefined,
};
