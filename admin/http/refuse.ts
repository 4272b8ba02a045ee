/** A command that how things stand does not allow: nothing is changed, and under its id it stays refused. Answered with 409, or `status`. */
export function refuse(
  code: string,
  why: string,
  status?: number,
): { readonly state: "refused"; readonly answer: never } {
  // A refusal is told as a problem and never meets the answer's schema.
  return { state: "refused", answer: { why, code, ...(status !== undefined && { status }) } as never };
}
