/** Kubernetes' MicroTime, which wants exactly six digits after the point. */
export function microTime(date: Date = new Date()): string {
  return date.toISOString().replace("Z", "000Z");
}
