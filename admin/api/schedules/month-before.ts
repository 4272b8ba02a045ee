/** The month before the one that it is in `timeZone`, as `YYYY-MM`. */
export function monthBefore(nowMs: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "numeric" }).formatToParts(
    nowMs,
  );
  const valueOf = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  const [year, month] = [valueOf("year"), valueOf("month")];
  const before = month === 1 ? [year - 1, 12] : [year, month - 1];
  return before.map((value) => String(value).padStart(2, "0")).join("-");
}
