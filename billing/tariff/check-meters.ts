import { parseDecimal } from "../money/decimal.ts";
import type { Finding } from "./parse.ts";
import type { MeterSource, Tariff } from "./schema.ts";
import { formatWeekHour, HOURS_PER_WEEK, parseWeekHours } from "./week-hours.ts";

/** Steps above 0, multiples above 0, and time bands that cover every hour of the week exactly once. */
export function checkMeters(tariff: Tariff): Finding[] {
  const findings: Finding[] = [];
  tariff.meters.forEach((meter, index) => {
    if (parseDecimal(meter.step, 3) === 0)
      findings.push({
        path: ["meters", index, "step"],
        message: "a step of 0 rates nothing; write the smallest charged quantity",
      });
    for (const [unit, size] of Object.entries(meter.multiples ?? {})) {
      if (parseDecimal(size, 3) === 0)
        findings.push({
          path: ["meters", index, "multiples", unit],
          message: "a multiple of 0 units; write how many units it has",
        });
    }
    findings.push(...checkBands(meter, index));
  });
  return findings;
}

function checkBands(meter: MeterSource, meterIndex: number): Finding[] {
  if (meter.bands === undefined) return [];
  const findings: Finding[] = [];
  const owner = Array.from({ length: HOURS_PER_WEEK }, () => "");
  const seen = new Set<string>();
  meter.bands.forEach((band, bandIndex) => {
    const at = ["meters", meterIndex, "bands", bandIndex];
    if (seen.has(band.code))
      findings.push({
        path: [...at, "code"],
        message: `band ${band.code} exists already; choose another code`,
      });
    seen.add(band.code);
    band.hours.forEach((text, hoursIndex) => {
      const path = [...at, "hours", hoursIndex];
      const hours = parseWeekHours(text);
      if (hours === null) {
        findings.push({
          path,
          message: `"${text}" names no hours; write e.g. "mon-fri 08-20" or "sun 00-24"`,
        });
        return;
      }
      const taken = hours.find((hour) => owner[hour] !== "");
      if (taken !== undefined)
        findings.push({
          path,
          message: `overlap: ${formatWeekHour(taken)} belongs to band ${owner[taken] ?? ""} already; take the hour out of one of them`,
        });
      for (const hour of hours) owner[hour] = band.code;
    });
  });
  const free = owner.indexOf("");
  if (free >= 0)
    findings.push({
      path: ["meters", meterIndex, "bands"],
      message: `gap: ${formatWeekHour(free)} belongs to no band; the bands must cover all 168 hours of the week`,
    });
  return findings;
}
