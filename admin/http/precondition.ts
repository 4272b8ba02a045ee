import type { Request } from "express";
import { HttpProblem } from "./problem.ts";

/** What a caller has seen of what is to be replaced. */
export type Precondition =
  /** This version, as `ETag` told it. */
  | { readonly kind: "version"; readonly version: string }
  /** That there is nothing of that name. */
  | { readonly kind: "absent" };

/** Form of `If-Match`: one strong tag. */
export const ifMatchForm = /^"[^"]+"$/;

/** The precondition of a changing call: who has seen nothing may not write over what somebody else did. */
export function readPrecondition(request: Request): Precondition {
  const [ifMatch, ifNoneMatch] = [request.get("if-match"), request.get("if-none-match")];
  const isOne = (ifMatch === undefined) !== (ifNoneMatch === undefined);
  if (isOne && ifMatch !== undefined && ifMatchForm.test(ifMatch)) {
    return { kind: "version", version: ifMatch.slice(1, -1) };
  }
  if (isOne && ifNoneMatch === "*") return { kind: "absent" };
  const message = "send the ETag of what you have read as it is, or `If-None-Match: *` to make a new one";
  const fields = [{ in: "header" as const, field: "If-Match", message }];
  const missing = ifMatch === undefined && ifNoneMatch === undefined;
  throw missing
    ? new HttpProblem(428, "precondition-missing", "say which version you replace", { fields })
    : new HttpProblem(400, "invalid-request", "what was sent is wrong; see errors", { fields });
}
