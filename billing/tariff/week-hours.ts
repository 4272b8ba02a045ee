/** Hours of a week; hour 0 is Monday 00:00 to 01:00. */
export const HOURS_PER_WEEK = 168;

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const RANGE = /^([a-z]{3})(?:-([a-z]{3}))? (\d{2})-(\d{2})$/;

/**
 * Hours of the week that a text such as `mon-fri 08-20` or `sun 00-24` names (end hour excluded), or null when it is not of that form.
 * Hours across midnight are two texts: `mon-sun 22-24` and `mon-sun 00-08`.
 */
export function parseWeekHours(text: string): readonly number[] | null {
  const match = RANGE.exec(text);
  if (match === null) return null;
  const firstDay = DAYS.indexOf(match[1] ?? "");
  const lastDay = match[2] === undefined ? firstDay : DAYS.indexOf(match[2]);
  const [from, to] = [Number(match[3]), Number(match[4])];
  if (firstDay < 0 || lastDay < firstDay || from >= to || to > 24) return null;
  const hours: number[] = [];
  for (let day = firstDay; day <= lastDay; day++)
    for (let hour = from; hour < to; hour++) hours.push(day * 24 + hour);
  return hours;
}

/** `wed 13` for hour 61, as messages name it. */
export function formatWeekHour(hour: number): string {
  return `${DAYS[Math.floor(hour / 24)] ?? "?"} ${String(hour % 24).padStart(2, "0")}`;
}
