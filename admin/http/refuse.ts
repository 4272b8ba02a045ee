/** A command that how things stand does not allow: nothing is changed, and under its id it stays refused. Answered with 409. */
export function refuse(code: string, why: string): { readonly state: "refused"; readonly answer: never } {
  // A refusal is told as a problem and never meets the answer's schema.
  return { state: "refused", answer: { why, code } as never };
}
