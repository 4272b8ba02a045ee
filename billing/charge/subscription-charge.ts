import type { BillInput, SubscriptionInput } from "../bill-input.ts";
import type { CompiledPlan } from "../tariff/compiled.ts";
import type { ServiceDays } from "./service-days.ts";

/** A subscription being charged, with its plan and days looked up. */
export interface SubscriptionCharge {
  readonly account: BillInput;
  readonly input: SubscriptionInput;
  readonly plan: CompiledPlan;
  readonly days: ServiceDays;
  readonly room: UsageRoom;
}

/** Room for sums by meter and band, kept from one subscription to the next so that none is allocated per bill. */
export interface UsageRoom {
  /** By slot, thousandths of the meter's unit. */
  quantityMilli: Float64Array;
  /** By meter index: allowance that add-ons bring. */
  addOnMilli: Float64Array;
}
