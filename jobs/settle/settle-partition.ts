import { billAccount } from "../../billing/bill-account.ts";
import { billDigest } from "../../billing/bill-digest.ts";
import { encodeSnapshotBytes } from "../../billing/snapshot.ts";
import { inputQuery, inputSettings } from "../../database/billing-inputs/input-query.ts";
import { InputRows, type AccountRead } from "../../database/billing-inputs/input-rows.ts";
import {
  attachStagedLeaf,
  createStagedLeaf,
  indexStagedLeaf,
  type StagedLeaf,
} from "../../database/bills/leaf.ts";
import type { PartitionAddress } from "../../database/generations/address.ts";
import type { ClaimedPartition } from "../../database/generations/claim-partition.ts";
import { completePartition, type PartitionTotals } from "../../database/generations/complete-partition.ts";
import { holdAccounts } from "../../database/generations/hold-accounts.ts";
import { recordBatch } from "../../database/generations/record-batch.ts";
import { faultPoint } from "../../platform/fault-points.ts";
import { copyOut, type Client } from "../../platform/postgres.ts";
import type { JobMeter } from "../job-meter.ts";
import type { RunTariff } from "../run-tariff.ts";
import { BillWriter } from "./bill-writer.ts";
import { ControlTotals } from "./control-totals.ts";
import { ItemBook } from "./item-book.ts";

/** What a partition is settled with: it is read over one connection while it is written over the other. */
export interface Workbench {
  readonly reader: Client;
  readonly writer: Client;
  readonly tariff: RunTariff;
  /** Settling stops between two chunks when it is aborted, and throws its reason. */
  readonly signal: AbortSignal;
  readonly meter: JobMeter;
}

/** Thrown when a newer attempt has taken the partition over, or the generation was closed meanwhile. */
export class FencedOut extends Error {}

/**
 * Settles a claimed partition in one transaction: its bills and items in leaf tables of their own, its held accounts,
 * its ledger row and its batch log row become visible together, or nothing does. Throws FencedOut, or whatever went
 * wrong; then the transaction is rolled back and nothing is left.
 */
export async function settlePartition(
  bench: Workbench,
  address: PartitionAddress,
  claim: ClaimedPartition,
): Promise<PartitionTotals> {
  const startedAt = new Date();
  await bench.writer.query("begin");
  try {
    const staged = await createStagedLeaf(bench.writer, address, claim.fence);
    const totals = await writeBills(bench, { address, claim, staged });
    faultPoint("settle.after-copy");
    await indexStagedLeaf(bench.writer, staged);
    const { billed, held, excluded, items } = totals;
    const detail = `${items} items, ${excluded} accounts not in the period`;
    const batch = {
      startedAt,
      total: billed + held + excluded,
      succeeded: billed + excluded,
      failed: held,
      detail,
    };
    await recordBatch(bench.writer, { job: "settle", ...address, ...batch });
    if (!(await completePartition(bench.writer, address, claim.fence, totals))) {
      throw new FencedOut(`partition ${address.partitionIndex} has been taken over by a newer attempt`);
    }
    await attachStagedLeaf(bench.writer, address, staged);
    faultPoint("settle.before-commit");
    await bench.writer.query("commit");
    faultPoint("settle.after-commit");
    return totals;
  } catch (error) {
    await bench.writer.query("rollback").catch(() => undefined);
    throw error;
  }
}

async function writeBills(
  bench: Workbench,
  place: {
    readonly address: PartitionAddress;
    readonly claim: ClaimedPartition;
    readonly staged: StagedLeaf;
  },
): Promise<PartitionTotals> {
  const { tariff, meter } = bench;
  const { address, claim, staged } = place;
  const book = new ItemBook(tariff.codeIds);
  const target = {
    period: address.period,
    staged,
    onWritten: (bytes: number) => meter.copied("written", bytes),
  };
  const writer = new BillWriter(bench.writer, target, book);
  const totals = new ControlTotals(book);
  const bill = (account: AccountRead): void => {
    if (account.excluded) {
      totals.excluded++;
      return;
    }
    const outcome = billAccount(tariff.compiled, account.input);
    if (outcome.kind === "held") {
      totals.held.push(outcome);
      return;
    }
    const digest = billDigest(outcome.bill);
    writer.add(outcome.bill, digest, encodeSnapshotBytes(account.input));
    totals.addBill(outcome.bill, digest);
  };

  const rows = new InputRows(tariff.usageColumns, tariff.meterCodes);
  const query = inputQuery({ ...tariff.inputQuery, ...claim, usage: tariff.usageColumns });
  await bench.reader.query(inputSettings);
  faultPoint("settle.before-copy");
  for await (const chunk of copyOut(bench.reader, query)) {
    bench.signal.throwIfAborted();
    for (const account of rows.accounts(chunk as Buffer)) bill(account);
    totals.carry();
    meter.copied("read", (chunk as Buffer).length);
    meter.settled(totals.counts);
    await writer.drain();
  }
  const last = rows.last();
  if (last !== null) bill(last);
  meter.settled(totals.counts);
  await writer.finish();
  await holdAccounts(bench.writer, address, totals.held);
  return totals.finish();
}
