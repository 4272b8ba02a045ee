/** Name of the run of a period: it follows from the schedule, so that firing twice creates once. */
export function runNameOf(schedule: string, period: string): string {
  return `${schedule}-${period}`;
}
