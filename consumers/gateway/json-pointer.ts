/** Whether a text is a JSON pointer (RFC 6901): "" = the whole document, `/errors/0/code`. */
export function isJsonPointer(text: string): boolean {
  return /^(\/([^~]|~[01])*)?$/s.test(text);
}

/** A compiled pointer: the value it leads to, undefined when there is none. Own properties only. */
export function compilePointer(pointer: string): (document: unknown) => unknown {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return (document) => {
    let found = document;
    for (const step of steps) {
      if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
      found = (found as Readonly<Record<string, unknown>>)[step];
    }
    return found;
  };
}
