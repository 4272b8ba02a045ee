import type { DeliveryOptions } from "./delivery-services.ts";

/** What a demo is made of. */
export interface DemoOptions extends DeliveryOptions {
  readonly members: number;
  /** `YYYY-MM`. */
  readonly period: string;
  readonly partitions: number;
  readonly parallelism: number;
  /** Folder for everything the demo writes. */
  readonly folder: string;
  /** Whether it leaves the dashboard open at its end, until it is stopped. */
  readonly serve?: boolean;
  /** Port of the dashboard. */
  readonly port: number;
}
