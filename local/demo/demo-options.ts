/** What a demo is made of. */
export interface DemoOptions {
  readonly members: number;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly seed: number;
  readonly providerDelayMs: number;
  /** Share of sends that the provider refuses, 0..1. */
  readonly failureRate: number;
  readonly emailConsumers: number;
  readonly partitions: number;
  readonly parallelism: number;
  /** Folder for everything the demo writes. */
  readonly folder: string;
}
