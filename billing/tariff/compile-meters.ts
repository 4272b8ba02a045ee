import { withRemark, type CodeBook } from "./code-book.ts";
import type { CompiledBand, CompiledMeter } from "./compiled.ts";
import { exact } from "./exact.ts";
import { itemCode } from "./item-codes.ts";
import type { LabelSource, MeterSource } from "./schema.ts";
import { HOURS_PER_WEEK, parseWeekHours } from "./week-hours.ts";

const INCLUDED: LabelSource = { ko: "기본 제공", en: "included" };
const CAP: LabelSource = { ko: "요금 상한 적용", en: "price cap" };

/** Meters with their bands numbered through, and the item codes that every plan shares. */
export function compileMeters(sources: readonly MeterSource[], book: CodeBook): CompiledMeter[] {
  let slot = 0;
  return sources.map((source, index) => {
    const bands = (source.bands ?? [{ code: "", hours: ["mon-sun 00-24"], label: source.label }]).map(
      (band, bandIndex): CompiledBand => ({
        code: band.code,
        index: bandIndex,
        slot: slot++,
        includedCode: book.add(
          itemCode.included(source.code, band.code),
          withRemark(usageLabel(source, band.code), INCLUDED),
        ),
      }),
    );
    return {
      code: source.code,
      unit: source.unit,
      index,
      stepMilli: exact(source.step, 3),
      bands,
      bandByCode: new Map(bands.map((band) => [band.code, band])),
      bandCodeByHour: bandCodeByHour(source),
      capCode: book.add(itemCode.cap(source.code), withRemark(source.label, CAP)),
    };
  });
}

/** Label of a meter's usage in one band: "Voice" or "Voice (peak)". */
export function usageLabel(meter: MeterSource, bandCode: string): LabelSource {
  const band = meter.bands?.find((candidate) => candidate.code === bandCode);
  return band === undefined ? meter.label : withRemark(meter.label, band.label);
}

function bandCodeByHour(source: MeterSource): string[] {
  const byHour = Array.from({ length: HOURS_PER_WEEK }, () => "");
  for (const band of source.bands ?? []) {
    for (const text of band.hours) for (const hour of parseWeekHours(text) ?? []) byHour[hour] = band.code;
  }
  return byHour;
}
