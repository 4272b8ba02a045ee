type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Applies a JSON merge patch (RFC 7396): null takes a field away, objects are merged, all else is replaced. */
export function mergePatch(target: Fields, patch: Fields): Fields {
  const merged: Record<string, unknown> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const former = merged[name];
    if (value === null) Reflect.deleteProperty(merged, name);
    else if (isFields(value)) merged[name] = mergePatch(isFields(former) ? former : {}, value);
    else merged[name] = value;
  }
  return merged;
}
