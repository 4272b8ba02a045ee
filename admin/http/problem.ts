import { z } from "zod";

/** One field that is wrong, and what to change. */
export interface FieldProblem {
  readonly in: "path" | "query" | "body" | "header";
  /** Dotted; "" = the whole. */
  readonly field: string;
  readonly message: string;
}

/** Thrown anywhere below a route: answered as problem+json (RFC 9457). `detail` is for people and holds no personal data. */
export class HttpProblem extends Error {
  readonly status: number;
  /** Stable, for programs: `not-found`, `invalid-request`, … */
  readonly code: string;
  readonly fields: readonly FieldProblem[];
  /** Seconds after which trying again may help. */
  readonly retryAfterS: number | undefined;
  constructor(
    status: number,
    code: string,
    detail: string,
    more: { readonly fields?: readonly FieldProblem[]; readonly retryAfterS?: number } = {},
  ) {
    super(detail);
    this.name = "HttpProblem";
    this.status = status;
    this.code = code;
    this.fields = more.fields ?? [];
    this.retryAfterS = more.retryAfterS;
  }
}

/** There is no such thing, or the caller may not know of it. */
export const notFound = (what: string): HttpProblem =>
  new HttpProblem(404, "not-found", `there is no ${what}`);

/** What was asked does not fit how things stand. */
export const conflict = (code: string, detail: string): HttpProblem => new HttpProblem(409, code, detail);

/** The body of every answer that is not a success. */
export const problemBody = z
  .object({
    type: z.string().describe("`about:blank#<code>`; the code is stable"),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z
      .array(
        z.object({ in: z.enum(["path", "query", "body", "header"]), field: z.string(), message: z.string() }),
      )
      .optional(),
  })
  .meta({ id: "Problem" });

const titles: Readonly<Record<number, string>> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  409: "Conflict",
  412: "Changed meanwhile",
  413: "Too large",
  415: "Unsupported media type",
  422: "Unprocessable",
  428: "Precondition needed",
  429: "Too many requests",
  500: "Internal error",
  503: "Unavailable",
};

/** The answer's body; `requestId` is what the log line of the same request says. */
export function toProblemBody(problem: HttpProblem, requestId: string): z.output<typeof problemBody> {
  const { status, code, message, fields } = problem;
  return {
    type: `about:blank#${code}`,
    title: titles[status] ?? "Error",
    status,
    detail: message,
    code,
    requestId,
    ...(fields.length > 0 && { errors: fields.map((field) => ({ ...field })) }),
  };
}
