/**
 * Label of a BillingRun: name of its schedule. Not an owner reference: the garbage collector would delete the runs with
 * their schedule, and an unfinished run that is deleted gives its bills up. It also lets a schedule that was deleted by
 * mistake and created again know which months have their run.
 */
export const scheduleLabel = "billing.telco.dev/schedule";

/** Name of the run of a period: it follows from the schedule, so that firing twice creates once. */
export function runNameOf(schedule: string, period: string): string {
  return `${schedule}-${period}`;
}
