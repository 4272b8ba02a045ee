const dayMinutes = 1_440;

/** Part of a day, [from, to) in minutes since midnight; `to` before `from` is on the next day. */
export interface Stretch {
  readonly fromMinute: number;
  readonly toMinute: number;
}

/** A window as the API writes it. */
export interface TimeWindow {
  readonly start: string;
  readonly end: string;
}

/** Minutes since midnight of `22:00`, and 1440 of `24:00`; undefined while a time is half typed. */
function minuteOf(time: string): number | undefined {
  const [, hours, minutes] = /^(\d\d):(\d\d)$/.exec(time) ?? [];
  return hours === undefined || minutes === undefined ? undefined : Number(hours) * 60 + Number(minutes);
}

/** What a window covers; undefined for none: equal ends mean none, as the API reads them. */
export function stretchOf({ start, end }: TimeWindow): Stretch | undefined {
  const [fromMinute, toMinute] = [minuteOf(start), minuteOf(end)];
  if (fromMinute === undefined || toMinute === undefined || fromMinute === toMinute) return undefined;
  return { fromMinute, toMinute };
}

/** How long a stretch is, in minutes. */
export const minutesIn = ({ fromMinute, toMinute }: Stretch): number =>
  toMinute > fromMinute ? toMinute - fromMinute : toMinute - fromMinute + dayMinutes;

/** What the windows cover together, cut at midnight, in order, without overlap. */
export function quietStretches(windows: readonly TimeWindow[]): readonly Stretch[] {
  const parts = windows.flatMap((window) => cutAtMidnight(stretchOf(window)));
  parts.sort((one, other) => one.fromMinute - other.fromMinute);
  const joined: Stretch[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last === undefined || part.fromMinute > last.toMinute) joined.push(part);
    else {
      const toMinute = Math.max(last.toMinute, part.toMinute);
      joined[joined.length - 1] = { fromMinute: last.fromMinute, toMinute };
    }
  }
  return joined;
}

function cutAtMidnight(stretch: Stretch | undefined): Stretch[] {
  if (stretch === undefined) return [];
  const { fromMinute, toMinute } = stretch;
  if (fromMinute < toMinute) return [stretch];
  const evening = { fromMinute, toMinute: dayMinutes };
  return toMinute === 0 ? [evening] : [evening, { fromMinute: 0, toMinute }];
}

/** What is left of the day between stretches that `quietStretches` gave, also cut at midnight. */
export function restOfDay(taken: readonly Stretch[]): readonly Stretch[] {
  const starts = [0, ...taken.map(({ toMinute }) => toMinute)];
  const ends = [...taken.map(({ fromMinute }) => fromMinute), dayMinutes];
  return starts
    .map((fromMinute, index) => ({ fromMinute, toMinute: ends[index] ?? dayMinutes }))
    .filter(({ fromMinute, toMinute }) => fromMinute < toMinute);
}

/** Stretches as people say them: what ends at midnight and begins there again is one. */
export function acrossMidnight(stretches: readonly Stretch[]): readonly Stretch[] {
  const [first, last] = [stretches[0], stretches.at(-1)];
  if (first === undefined || last === undefined || first === last) return stretches;
  if (first.fromMinute !== 0 || last.toMinute !== dayMinutes) return stretches;
  return [...stretches.slice(1, -1), { fromMinute: last.fromMinute, toMinute: first.toMinute }];
}

/** `22:00–08:00`. */
export function stretchText({ fromMinute, toMinute }: Stretch): string {
  const time = (minute: number): string =>
    [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  return `${time(fromMinute)}–${time(toMinute)}`;
}
