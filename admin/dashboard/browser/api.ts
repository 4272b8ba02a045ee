import type { Standing } from "./answers.ts";
import type { Person } from "./person.ts";

/** One field that the server found wrong. */
export interface WrongField {
  readonly in: string;
  readonly field: string;
  readonly message: string;
}

/** An answer that is no success, or none at all (`status` 0: the network). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly WrongField[];
  readonly requestId: string;
  constructor(status: number, body: Partial<Record<string, unknown>>) {
    super(typeof body["detail"] === "string" ? body["detail"] : "the server did not answer");
    this.status = status;
    this.code = typeof body["code"] === "string" ? body["code"] : "unreachable";
    this.fields = Array.isArray(body["errors"]) ? (body["errors"] as WrongField[]) : [];
    this.requestId = typeof body["requestId"] === "string" ? body["requestId"] : "";
  }

  /** Whether the same call may succeed, or have succeeded, unseen: then it is sent again under the same key. */
  get isUncertain(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Told `out` when something says that nobody is signed in any more; whether that is so, `session.read` finds out. */
export const signedOut = new EventTarget();

const csrfToken = (): string => /(?:^|; )billing_csrf=([^;]+)/.exec(document.cookie)?.[1] ?? "";

interface Call {
  readonly method: string;
  readonly body?: unknown;
  readonly key?: string;
  /** More of them, such as the precondition of a change. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Calls the server: the answer, or an ApiProblem. */
async function call(path: string, { method, body, key, headers: more, signal }: Call): Promise<unknown> {
  const headers: Record<string, string> = { Accept: "application/json", ...more };
  if (method !== "GET") {
    headers["X-CSRF-Token"] = csrfToken();
    headers["Content-Type"] = "application/json";
  }
  if (key !== undefined) headers["Idempotency-Key"] = key;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (method !== "GET") init.body = JSON.stringify(body ?? {});
  if (signal !== undefined) init.signal = signal;
  const response = await fetch(path, init).catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    throw new ApiProblem(0, {});
  });
  const answer = (await response.json().catch((error: unknown) => {
    if (signal?.aborted === true) throw error;
    // Cut off in the middle: what was asked for is not known, and must not look like an answer without fields.
    if (response.ok) throw new ApiProblem(0, {});
    return {};
  })) as unknown;
  if (response.ok) return answer;
  if (response.status === 401 && path !== "/session") signedOut.dispatchEvent(new Event("out"));
  throw new ApiProblem(response.status, answer as Record<string, unknown>);
}

/** Values of a query; undefined and "" are left out. */
export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** `/path?a=1`. */
export function address(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? path : `${path}?${text}`;
}

/** Reads below `/api/v1`. */
export const read = <Answer>(path: string, signal?: AbortSignal): Promise<Answer> =>
  call(`/api/v1${path}`, { method: "GET", ...(signal && { signal }) }) as Promise<Answer>;

/** Reads by a body: searches, whose terms must not stand in an address. */
export const ask = <Answer>(path: string, body: unknown): Promise<Answer> =>
  call(`/api/v1${path}`, { method: "POST", body }) as Promise<Answer>;

/** A changing call, executed once for each key. */
export const command = <Answer>(
  method: string,
  path: string,
  sent: Pick<Call, "headers"> & { readonly body: unknown; readonly key: string },
): Promise<Answer> => call(`/api/v1${path}`, { method, ...sent }) as Promise<Answer>;

/** Who is signed in, sign-in and sign-out. */
export const session = {
  read: (): Promise<Standing> => call("/session", { method: "GET" }) as Promise<Standing>,
  start: (body: { readonly name: string; readonly password: string }): Promise<Person> =>
    call("/session", { method: "POST", body }) as Promise<Person>,
  end: (): Promise<unknown> => call("/session", { method: "DELETE" }),
};
