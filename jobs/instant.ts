import { InvalidArgumentError } from "commander";
import { isTimeZone } from "../notification/zone-offset.ts";
import { PermanentError } from "../platform/errors.ts";
import { parseMoment } from "./import/wall-clock.ts";

/**
 * The instant that a person wrote: with its offset, or as a time of day of `zone`. One that names neither is refused, for the
 * machine's zone is nobody's wish; so is one that the zone's clocks skip. Throws PermanentError `usage`.
 */
export function instantOf(text: string, zone: string | undefined): number {
  const hasOffset = /(Z|[+-]\d{2}:?\d{2})$/.test(text);
  if (hasOffset && zone !== undefined) throw usage(`"${text}" has an offset already; leave --zone out`);
  if (!hasOffset && zone === undefined) {
    throw usage(`"${text}" is a time of no place; add the offset (+09:00), or --zone Asia/Seoul`);
  }
  if (zone !== undefined && !isTimeZone(zone))
    throw usage(`"${zone}" is no IANA zone; write e.g. Asia/Seoul`);
  const moment = parseMoment(text, zone ?? "UTC");
  if (moment !== null) return moment.instantMs;
  const where = zone === undefined ? "" : `, or the clocks of ${zone} skip it`;
  throw usage(`"${text}" is no instant${where}; write 2026-11-05T09:00`);
}

/** An instant with its offset, as the argument of an option. */
export function parseInstant(text: string): number {
  try {
    return instantOf(text, undefined);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function usage(message: string): PermanentError {
  return new PermanentError("usage", message);
}
