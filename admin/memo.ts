/** The value of a key, computed once: asked for meanwhile, it is waited for; a failure is not kept. */
export type Memo<Value> = (key: string, compute: () => Promise<Value>) => Promise<Value>;

/** Remembers the values of up to `size` keys, for `keepMs` [for good]; the one that was asked for longest ago is forgotten first. */
export function createMemo<Value>(size: number, keepMs = Infinity): Memo<Value> {
  const kept = new Map<string, { readonly value: Promise<Value>; readonly untilMs: number }>();
  return (key, compute) => {
    const found = kept.get(key);
    kept.delete(key);
    if (found !== undefined && found.untilMs > performance.now()) {
      kept.set(key, found);
      return found.value;
    }
    const entry = { value: compute(), untilMs: performance.now() + keepMs };
    kept.set(key, entry);
    entry.value.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    const [oldest] = kept.keys();
    if (kept.size > size && oldest !== undefined) kept.delete(oldest);
    return entry.value;
  };
}
