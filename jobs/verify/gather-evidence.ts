import { replays } from "../../billing/replay.ts";
import { meterOfItem } from "../../billing/tariff/item-codes.ts";
import { readBills, sampleBillIds } from "../../database/bills/read-bills.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import type { Generation } from "../../database/generations/load-generation.ts";
import { loadPartitions } from "../../database/generations/load-partitions.ts";
import { readBillFacts, type BillFacts } from "../../database/proof/bill-facts.ts";
import { countDuplicateBills } from "../../database/proof/duplicate-bills.ts";
import { sumItems, type ItemSum } from "../../database/proof/item-sums.ts";
import { readUsageUnits } from "../../database/proof/usage-units.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { RunTariff } from "../run-tariff.ts";
import type { Evidence, MeterBalance } from "./checks.ts";

/** Reads the whole generation anew; `sampleSize` bills are also computed anew from their snapshots. */
export async function gatherEvidence(
  client: Queryable,
  address: GenerationAddress,
  generation: Generation,
  options: { readonly tariff: RunTariff; readonly sampleSize: number },
): Promise<Evidence> {
  const partitions = await loadPartitions(client, address);
  const facts: BillFacts[] = [];
  for (const { partitionIndex } of partitions)
    facts.push(await readBillFacts(client, address, partitionIndex));
  const sums = await sumItems(client, address);
  const perPartition = Math.ceil(options.sampleSize / generation.partitions);
  return {
    partitions,
    facts,
    expectedAccounts: generation.expectedAccounts,
    duplicateBills: await countDuplicateBills(client, address),
    itemsTotalMinor: sums.reduce((sum, item) => sum + item.amountMinor, 0n),
    meters: await balanceMeters(client, address, options.tariff, sums),
    replay: await replaySample(client, address, options.tariff, {
      partitions: generation.partitions,
      perPartition,
    }),
  };
}

async function balanceMeters(
  client: Queryable,
  address: GenerationAddress,
  tariff: RunTariff,
  sums: readonly ItemSum[],
): Promise<MeterBalance[]> {
  const steps = new Map(tariff.usageColumns.map((column) => [column.meterId, column.stepMilli]));
  const units = await readUsageUnits(client, address, steps);
  const rated = new Map<string, bigint>();
  for (const sum of sums) {
    const meter = meterOfItem(sum.code);
    if (meter !== null) rated.set(meter, (rated.get(meter) ?? 0n) + sum.quantityMilli);
  }
  return [...tariff.meterCodes]
    .map(([id, meter]) => ({
      meter,
      recordedMilli: units.get(id)?.recordedMilli ?? 0n,
      heldMilli: units.get(id)?.heldMilli ?? 0n,
      ratedMilli: rated.get(meter) ?? 0n,
    }))
    .filter((balance) => balance.recordedMilli !== 0n || balance.ratedMilli !== 0n);
}

async function replaySample(
  client: Queryable,
  address: GenerationAddress,
  tariff: RunTariff,
  sample: { readonly partitions: number; readonly perPartition: number },
): Promise<Evidence["replay"]> {
  let replayed = 0;
  const different: number[] = [];
  for (let partitionIndex = 0; partitionIndex < sample.partitions; partitionIndex++) {
    const ids = await sampleBillIds(client, address, { partitionIndex, count: sample.perPartition });
    for (const bill of await readBills(client, address, ids)) {
      replayed++;
      if (!replays(tariff.compiled, bill)) different.push(bill.billId);
    }
  }
  return { replayed, different };
}
