import { formatEpochDay } from "../billing/epoch-day.ts";
import { compileDocument } from "../billing/tariff/compile-document.ts";
import type { CompiledMeter, CompiledTariff } from "../billing/tariff/compiled.ts";
import type { InputQuery, UsageColumn } from "../database/billing-inputs/input-query.ts";
import { ensureItemCodes, ensureMeters } from "../database/tariffs/dictionary.ts";
import { loadMeterCodes } from "../database/tariffs/load-meter-codes.ts";
import { loadTariff, type StoredTariff, type TariffReference } from "../database/tariffs/load-tariff.ts";
import { PermanentError } from "../platform/errors.ts";
import type { Queryable } from "../platform/postgres.ts";

/** A recorded tariff made ready for one period, with the numbers the database knows its codes by. */
export interface RunTariff {
  readonly stored: StoredTariff;
  readonly compiled: CompiledTariff;
  /** Dictionary number of every item code. */
  readonly codeIds: ReadonlyMap<string, number>;
  /** Code of every meter the database knows, also those of other tariffs. */
  readonly meterCodes: ReadonlyMap<number, string>;
  readonly usageColumns: readonly UsageColumn[];
  /** The part of the input query that is the same for every partition. */
  readonly inputQuery: Pick<InputQuery, "periodStart" | "periodEnd" | "timeZone">;
}

/**
 * Loads and compiles a tariff for `period` (`YYYY-MM`). Throws PermanentError `unknown-tariff`, `bad-tariff` (with every
 * problem) or `tariff-not-in-force`.
 */
export async function loadRunTariff(
  client: Queryable,
  period: string,
  reference: TariffReference,
): Promise<RunTariff> {
  const stored = await loadTariff(client, reference);
  const compiled = compileStored(stored, period);
  const codeIds = await ensureItemCodes(client, compiled.itemCodes);
  const meterIds = await ensureMeters(
    client,
    compiled.meters.map((meter) => meter.code),
  );
  return {
    stored,
    compiled,
    codeIds,
    meterCodes: await loadMeterCodes(client),
    usageColumns: compiled.meters.flatMap((meter) => columnsOf(meter, meterIds)),
    inputQuery: {
      periodStart: formatEpochDay(compiled.period.start),
      periodEnd: formatEpochDay(compiled.period.end),
      timeZone: compiled.timeZone,
    },
  };
}

function compileStored({ document, name, version }: StoredTariff, period: string): CompiledTariff {
  const outcome = compileDocument(document, `${name}@${version}`, period);
  if (outcome.kind !== "compiled") throw new PermanentError(outcome.kind, outcome.message);
  return outcome.tariff;
}

function columnsOf(meter: CompiledMeter, meterIds: ReadonlyMap<string, number>): UsageColumn[] {
  const meterId = meterIds.get(meter.code);
  if (meterId === undefined)
    throw new PermanentError("unknown-meter", `meter "${meter.code}" is not in the dictionary`);
  return meter.bands.map((band) => ({
    meter: meter.code,
    meterId,
    band: band.code,
    stepMilli: meter.stepMilli,
    hours: meter.bands.length === 1 ? null : hoursOf(meter, band.code),
  }));
}

function hoursOf(meter: CompiledMeter, band: string): number[] {
  return meter.bandCodeByHour.flatMap((code, hour) => (code === band ? [hour] : []));
}
