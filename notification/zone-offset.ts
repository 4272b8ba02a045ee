const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;

/** What is known about one zone. Days without a change of offset, nearly all, cost one map entry. */
interface ZoneOffsets {
  readonly format: Intl.DateTimeFormat;
  /** UTC day number → offset of that whole day, or null when the offset changes within it. */
  readonly byDay: Map<number, number | null>;
  /** UTC quarter-hour number → offset, only for days on which it changes. */
  readonly byQuarter: Map<number, number>;
}

const zones = new Map<string, ZoneOffsets>();
/** A process that runs for years sees a day a day; an import of odd dates must not grow the map without end. */
const MAX_CACHED_DAYS = 4_000;

/** Whether `zone` is an IANA time zone this runtime knows. */
export function isTimeZone(zone: string): boolean {
  try {
    offsetsOf(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * Milliseconds to add to UTC to get local time in `zone` at `instantMs`. Throws RangeError for an unknown zone.
 *
 * Looked up per quarter-hour, not per hour: Lord Howe Island changes its clocks at 15:30 UTC. About 30 ns when cached.
 */
export function zoneOffsetMs(zone: string, instantMs: number): number {
  const offsets = offsetsOf(zone);
  const day = Math.floor(instantMs / DAY_MS);
  let offset = offsets.byDay.get(day);
  if (offset === undefined) {
    offset = offsetOfWholeDay(offsets, day);
    if (offsets.byDay.size >= MAX_CACHED_DAYS) offsets.byDay.clear();
    offsets.byDay.set(day, offset);
  }
  return offset ?? offsetOfQuarter(offsets, Math.floor(instantMs / QUARTER_MS));
}

/** First instant after `fromMs` and at most `toMs` at which the offset differs from that at `fromMs`, or null. */
export function nextOffsetChange(zone: string, fromMs: number, toMs: number): number | null {
  const before = zoneOffsetMs(zone, fromMs);
  const first = Math.floor(fromMs / QUARTER_MS) + 1;
  for (let quarter = first; quarter * QUARTER_MS <= toMs; quarter++) {
    if (zoneOffsetMs(zone, quarter * QUARTER_MS) !== before) return quarter * QUARTER_MS;
  }
  return null;
}

function offsetsOf(zone: string): ZoneOffsets {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "iso8601",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsets: ZoneOffsets = { format, byDay: new Map(), byQuarter: new Map() };
  zones.set(zone, offsets);
  return offsets;
}

function offsetOfWholeDay(offsets: ZoneOffsets, day: number): number | null {
  const start = readOffset(offsets.format, day * DAY_MS);
  return start === readOffset(offsets.format, (day + 1) * DAY_MS - MINUTE_MS) ? start : null;
}

function offsetOfQuarter(offsets: ZoneOffsets, quarter: number): number {
  let offset = offsets.byQuarter.get(quarter);
  if (offset === undefined) {
    offset = readOffset(offsets.format, quarter * QUARTER_MS);
    offsets.byQuarter.set(quarter, offset);
  }
  return offset;
}

function readOffset(format: Intl.DateTimeFormat, instantMs: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - instantMs;
}
