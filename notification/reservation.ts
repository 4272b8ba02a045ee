const DAY_MS = 86_400_000;

/** A year from now is a slip of the pen, and a bill that old has been paid or sued for. */
export const MAX_RESERVED_DAYS = 366;

/** Why nothing can be reserved for an instant; null when it can. */
export function reservationProblem(atMs: number, nowMs: number): "in-the-past" | "too-far" | null {
  if (atMs <= nowMs) return "in-the-past";
  return atMs > nowMs + MAX_RESERVED_DAYS * DAY_MS ? "too-far" : null;
}
