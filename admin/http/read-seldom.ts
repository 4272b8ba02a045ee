import type { Pool } from "../../platform/postgres.ts";

/** `read`, at most once in so many milliseconds a pool, however many ask; a failure is not kept. */
export function readSeldom<Value>(
  everyMs: number,
  read: (pool: Pool) => Promise<Value>,
): (pool: Pool) => Promise<Value> {
  const known = new WeakMap<Pool, { readonly value: Promise<Value>; readonly atMs: number }>();
  return (pool) => {
    const last = known.get(pool);
    if (last !== undefined && performance.now() - last.atMs < everyMs) return last.value;
    const value = read(pool);
    known.set(pool, { value, atMs: performance.now() });
    value.catch(() => known.delete(pool));
    return value;
  };
}
