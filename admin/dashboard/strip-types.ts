import { stripTypeScriptTypes } from "node:module";

/**
 * TypeScript of erasable syntax as JavaScript: types become blanks, so that lines and columns stay what they are. Node says of the
 * function that it is experimental, at its first use; that would stand in the log of each start, and is kept out of it here alone.
 */
export function stripTypes(source: string): string {
  // It is put back as it was.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
