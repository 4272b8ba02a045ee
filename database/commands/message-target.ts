import type { GenerationAddress } from "../generations/address.ts";

/** A message that a command is about. */
export interface MessageTarget {
  readonly billId: number;
  readonly generation: number;
  /** The message generation that was looked at; null = whichever there is. */
  readonly messageGeneration: number | null;
}

/** Messages of one generation; each bill once. */
export interface TargetGroup extends GenerationAddress {
  /** Seen message generation by bill. */
  readonly seenByBill: ReadonlyMap<number, number | null>;
}

/** `YYYY-MM` of a bill, which its number begins with; null for a number that is no bill's. */
export function periodOfBill(billId: number): string | null {
  const month = Math.floor(billId / 1e10);
  const period = `${Math.floor(month / 100)}-${String(month % 100).padStart(2, "0")}`;
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(period) ? period : null;
}

/** The targets by generation, as statements take them. Numbers that are no bill's are left out. */
export function groupTargets(targets: Iterable<MessageTarget>): readonly TargetGroup[] {
  const groups = new Map<string, GenerationAddress & { readonly seenByBill: Map<number, number | null> }>();
  for (const { billId, generation, messageGeneration } of targets) {
    const period = periodOfBill(billId);
    if (period === null) continue;
    const key = `${period}/${generation}`;
    const group = groups.get(key) ?? { period, generation, seenByBill: new Map<number, number | null>() };
    groups.set(key, group);
    group.seenByBill.set(billId, messageGeneration);
  }
  return [...groups.values()];
}
