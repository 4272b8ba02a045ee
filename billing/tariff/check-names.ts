import { parseEpochDay } from "../epoch-day.ts";
import type { Finding } from "./parse.ts";
import type { Tariff } from "./schema.ts";

/** Dates of the header in order. */
export function checkHeader(tariff: Tariff): Finding[] {
  const { from, to } = tariff.effective;
  const start = parseEpochDay(from);
  const end = to === undefined ? null : parseEpochDay(to);
  if (start === null || end === null || end >= start) return [];
  return [
    {
      path: ["effective", "to"],
      message: `${to ?? ""} lies before ${from}; write a later date or leave it out`,
    },
  ];
}

/** Codes are unique within their list: a second one would silently lose to the first. */
export function checkCodes(tariff: Tariff): Finding[] {
  const findings: Finding[] = [];
  for (const section of ["meters", "plans", "addOns", "discounts", "welfare", "charges"] as const) {
    const first = new Map<string, number>();
    tariff[section].forEach(({ code }, index) => {
      const earlier = first.get(code);
      if (earlier === undefined) first.set(code, index);
      else
        findings.push({
          path: [section, index, "code"],
          message: `code ${code} is used by ${section}[${String(earlier)}] already; choose another`,
        });
    });
  }
  return findings;
}
