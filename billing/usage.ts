import type { UsageSum } from "./bill-input.ts";
import type { CompiledMeter, CompiledTariff } from "./tariff/compiled.ts";

/** One call, session or message. */
export interface UsageRecord {
  readonly meter: string;
  /** Begin, in milliseconds since 1970-01-01 UTC. A record belongs to the band it begins in. */
  readonly startedAtMs: number;
  /** Thousandths of the meter's unit, not yet rounded to the step. */
  readonly quantityMilli: number;
}

/**
 * A quantity rounded up to the meter's step: what one record is charged for. Rounding is per record, so cutting a record in two adds at
 * most one step, and nothing when it is cut at a multiple of the step.
 */
export function roundUpToStep(quantityMilli: number, stepMilli: number): number {
  const rest = quantityMilli % stepMilli;
  return rest === 0 ? quantityMilli : quantityMilli - rest + stepMilli;
}

/** Band code of a meter at an hour of the week (0 = Monday 00:00 in the tariff's time zone); "" where the meter has no bands. */
export function bandOf(meter: CompiledMeter, hourOfWeek: number): string {
  return meter.bandCodeByHour[hourOfWeek] ?? "";
}

/**
 * Sums records by meter and band, each rounded up to its step, in the order in which the tariff lists meters and bands. What settlement
 * does in SQL; this is the reference it is compared with. Throws a RangeError for a meter the tariff does not have.
 */
export function sumUsage(tariff: CompiledTariff, records: Iterable<UsageRecord>): UsageSum[] {
  const sums: number[] = Array.from({ length: tariff.slotCount }, () => 0);
  const hourOf = hourOfWeekIn(tariff.timeZone);
  for (const record of records) {
    const meter = tariff.meterByCode.get(record.meter);
    if (meter === undefined) throw new RangeError(`meter ${record.meter} is not in tariff ${tariff.code}`);
    const band = meter.bands.length === 1 ? "" : bandOf(meter, hourOf(record.startedAtMs));
    const slot = (meter.bandByCode.get(band) ?? meter.bands[0])?.slot ?? 0;
    sums[slot] = (sums[slot] ?? 0) + roundUpToStep(record.quantityMilli, meter.stepMilli);
  }
  return tariff.meters.flatMap((meter) =>
    meter.bands
      .map((band) => ({ meter: meter.code, band: band.code, quantityMilli: sums[band.slot] ?? 0 }))
      .filter((sum) => sum.quantityMilli > 0),
  );
}

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const HOUR_MS = 3_600_000;

/** Hour of the week (0 to 167) of an instant in a time zone, daylight saving included. */
export function hourOfWeekIn(timeZone: string): (instantMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    weekday: "short",
    hour: "2-digit",
    hourCycle: "h23",
  });
  const known = new Map<number, number>();
  return (instantMs) => {
    // Offsets from UTC are multiples of 15 minutes, so a quarter of an hour lies within one local hour.
    const quarter = Math.floor(instantMs / (HOUR_MS / 4));
    const cached = known.get(quarter);
    if (cached !== undefined) return cached;
    const parts = format.formatToParts(quarter * (HOUR_MS / 4));
    const weekday = parts.find((part) => part.type === "weekday")?.value ?? "";
    const hour = Number(parts.find((part) => part.type === "hour")?.value);
    const hourOfWeek = WEEKDAYS.indexOf(weekday) * 24 + hour;
    known.set(quarter, hourOfWeek);
    return hourOfWeek;
  };
}
