/** What came of a write for a command. Anything but `written` has changed nothing. */
export type WriteResult =
  | { readonly kind: "written" }
  /** `why` is for people; trying the same again cannot help. `overtaken`: somebody else's write came before. */
  | { readonly kind: "refused"; readonly code: string; readonly why: string };

/** A write that was refused. */
export const refused = (code: string, why: string): WriteResult => ({ kind: "refused", code, why });

/** What is said to whom somebody else's change came before. */
export const overtaken = (name: string): string =>
  `${name} was changed by somebody else a moment ago, and this was not done; look at it again`;
