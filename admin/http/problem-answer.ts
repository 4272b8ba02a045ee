import type { ErrorRequestHandler, Response } from "express";
import { PermanentError, RetryableError } from "../../platform/errors.ts";
import type { Logger } from "../../platform/logger.ts";
import { HttpProblem, toProblemBody } from "./problem.ts";

/** The one place where an error becomes an answer. What is our own fault is logged and says nothing of itself outside. */
export function answerProblems(logger: Logger): ErrorRequestHandler {
  return function answerProblems(error: unknown, _request, response: Response, _next) {
    const { requestId } = response.locals as { requestId: string };
    const problem = toProblem(error);
    if (problem.status >= 500) logger.error({ requestId, ...whatHappened(error) }, "request failed");
    if (response.headersSent) {
      // Half an answer is none. Not Express's own way, which prints the error with all that a driver quotes in it.
      response.destroy();
      return;
    }
    if (problem.retryAfterS !== undefined) response.set("Retry-After", String(problem.retryAfterS));
    if (problem.status === 401) response.set("WWW-Authenticate", "Bearer");
    response
      .status(problem.status)
      .set("Cache-Control", "no-store, private")
      .type("application/problem+json")
      .send(JSON.stringify(toProblemBody(problem, requestId)));
  };
}

/** PostgreSQL and the network, when they are away: whoever asks may ask again. */
const awayCodes = /^(08|57P|53)|^(ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)/;

/**
 * What PostgreSQL says of values that no schema of ours refuses: a text with U+0000 or half a character, an instant of the year 0 or 19 hours off,
 * a number beyond its column, a cursor that was made up.
 */
const unusableValues: ReadonlySet<unknown> = new Set([
  ...["22003", "22007", "22008", "22009", "22021", "22P02", "22P05"],
]);

function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof PermanentError) {
    return new HttpProblem(error.code.startsWith("unknown-") ? 404 : 409, error.code, error.message);
  }
  if (error instanceof RetryableError) {
    const retryAfterS = Math.ceil(error.retryAfterMs / 1_000);
    return new HttpProblem(503, error.code, "not possible just now; try again", { retryAfterS });
  }
  const { code, status, type } = error as { code?: unknown; status?: unknown; type?: unknown };
  if (unusableValues.has(code)) {
    return new HttpProblem(
      400,
      "invalid-request",
      "a value cannot be stored or compared: look at its characters",
    );
  }
  if (typeof code === "string" && awayCodes.test(code)) {
    return new HttpProblem(503, "unavailable", "a server behind this one is away; try again", {
      retryAfterS: 5,
    });
  }
  // Express and its body parser: a body that is no JSON, too large, of an unknown form.
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new HttpProblem(
      status,
      typeof type === "string" ? type.replaceAll(".", "-") : "bad-request",
      "the request cannot be read",
    );
  }
  return new HttpProblem(500, "internal", "something went wrong; the log has the request id");
}

/** What a log may hold of an error: messages of drivers can quote rows, and rows hold people. */
function whatHappened(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as { code?: unknown };
  const stack = error.stack
    ?.split("\n")
    .filter((line) => line.trimStart().startsWith("at "))
    .slice(0, 6);
  return { error: error.name, code, stack };
}
