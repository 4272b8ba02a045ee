import type { BillingRunManifest } from "../../crds/billing-run.ts";
import type { BillingScheduleSpec, BillingScheduleStatus } from "../../crds/billing-schedule.ts";
import type { Run } from "../../crds/run-object.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { OrderedChange } from "../cluster/ordered-writes.ts";
import type { WriteResult } from "../cluster/write-result.ts";

/** Which runs, and after which month and name. */
export interface RunPage {
  readonly period?: string | undefined;
  readonly phase?: string | undefined;
  readonly after: readonly [period: string, name: string] | null;
  readonly limit: number;
}

/** A run to be created. */
export interface NewRun {
  readonly manifest: Pick<BillingRunManifest, "metadata" | "spec">;
  readonly labels: Readonly<Record<string, string>>;
}

/** A schedule as it stands in the API server. */
export interface Schedule {
  readonly name: string;
  readonly uid: string;
  readonly specGeneration: number;
  readonly spec: BillingScheduleSpec;
  readonly status: BillingScheduleStatus | null;
}

/**
 * Where runs live: BillingRuns of a Kubernetes namespace, or rows of one machine's database. Writes are made for a command:
 * the same one again, after a crash too, writes nothing more and is told the same.
 */
export interface RunStore {
  /** Newest month first, then by name; up to `limit`. */
  list(page: RunPage): Promise<readonly Run[]>;
  find(name: string): Promise<Run | null>;
  create(run: NewRun, commandId: string): Promise<WriteResult>;
  change(change: OrderedChange, commandId: string): Promise<WriteResult>;
  schedules(): Promise<readonly Schedule[]>;
  findSchedule(name: string): Promise<Schedule | null>;
  changeSchedule(change: OrderedChange, commandId: string): Promise<WriteResult>;
}

/** The store, over the connection of a request; one in Kubernetes has no need of it. */
export type OpenRunStore = (client: Queryable) => RunStore;
