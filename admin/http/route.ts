import { z } from "zod";
import type { Effect } from "../../database/commands/execute-command.ts";
import type { Queryable } from "../../platform/postgres.ts";
import type { Actor, Role } from "../access/actor.ts";
import type { AdminContext } from "../context.ts";
import { pageOf, pageQuery, type Page } from "./keyset.ts";
import type { Precondition } from "./precondition.ts";

/** Text fields may be given as Date: JSON writes them as RFC 3339, and only then the answer is checked. */
export type Written<Value> = Value extends string
  ? Value | Date
  : Value extends readonly (infer Item)[]
    ? readonly Written<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Written<Value[Key]> }
      : Value;

/** What a route's code gets besides its input. */
export interface RequestContext extends AdminContext {
  readonly actor: Actor;
  readonly requestId: string;
}

/** What a command's code gets: it writes by `client` only, whose transaction also keeps the command, its answer and the audit row. */
export interface CommandContext extends RequestContext {
  readonly client: Queryable;
  readonly commandId: string;
}

interface Head {
  /** OpenAPI's form, below `/api/v1`: `/runs/{name}`. */
  readonly path: string;
  readonly role: Role;
  /** Group on the browsable page. */
  readonly tag: string;
  /** One line: what it does. */
  readonly summary: string;
  readonly description?: string;
}

interface Input<Params extends z.ZodObject, Query extends z.ZodObject, Body extends z.ZodType> {
  readonly params: z.output<Params>;
  readonly query: z.output<Query>;
  readonly body: z.output<Body>;
}

interface ReadDefinition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Head {
  /** `post` for a search whose terms must not stand in an address, which proxies log. [get] */
  readonly method?: "get" | "post";
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly answer: Answer;
  readonly read: (
    input: Input<Params, Query, Body>,
    context: RequestContext,
  ) => Promise<Written<z.input<Answer>>>;
}

interface PageDefinition<Params extends z.ZodObject, Query extends z.ZodObject> extends Head {
  readonly params?: Params;
  readonly query?: Query;
  /** The whole document. */
  readonly render: (
    input: { readonly params: z.output<Params>; readonly query: z.output<Query> },
    context: RequestContext,
  ) => Promise<string>;
}

interface ListDefinition<
  Params extends z.ZodObject,
  Query extends z.ZodObject,
  Item extends z.ZodType,
> extends Head {
  readonly params?: Params;
  /** Filters; `limit` and `cursor` come by themselves. */
  readonly query?: Query;
  readonly item: Item;
  readonly list: (
    input: {
      readonly params: z.output<Params>;
      readonly query: z.output<Query> & { readonly limit: number; readonly cursor?: string | undefined };
    },
    context: RequestContext,
  ) => Promise<Page<Written<z.input<Item>>>>;
}

interface CommandHead<
  Params extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends Head {
  /** [post] */
  readonly method?: "post" | "put" | "patch" | "delete";
  /** What the audit log calls it: `run.approve`. */
  readonly action: string;
  readonly params?: Params;
  /** A field `reason` of it goes into the audit log. */
  readonly body?: Body;
  readonly answer: Answer;
}

interface CommandDefinition<
  Params extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> extends CommandHead<Params, Body, Answer> {
  readonly execute: (
    input: { readonly params: z.output<Params>; readonly body: z.output<Body> },
    context: CommandContext,
  ) => Promise<Effect<Written<z.input<Answer>> & object>>;
}

/** What an external command wants to write, as it is kept before it is written; or why it is not. */
export type Intention<Intent, Answer> =
  | { readonly state: "intended"; readonly intent: Intent }
  | { readonly state: "refused"; readonly answer: Answer };

/** An external command, as `externalRoute` takes it. */
export interface ExternalDefinition<
  Params extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
  Intent extends z.ZodType,
> extends CommandHead<Params, Body, Answer> {
  /** The kept intent, when it is read again after a crash. */
  readonly intent: Intent;
  /** Decides what to write, from how things stand; kept and committed before anything is written. */
  readonly intend: (
    input: { readonly params: z.output<Params>; readonly body: z.output<Body> },
    context: CommandContext,
  ) => Promise<Intention<z.input<Intent> & object, Written<z.input<Answer>> & object>>;
  /** Writes it outside the database; may be called again with the same intent, and must then do no more than once. */
  readonly write: (
    intent: z.output<Intent>,
    context: CommandContext,
  ) => Promise<Effect<Written<z.input<Answer>> & object>>;
}

/** A route as the server mounts it and OpenAPI describes it. */
export interface Route extends Head {
  readonly kind: "read" | "page" | "list" | "command" | "external";
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly answer: z.ZodType;
  readonly action: string;
  readonly intent: z.ZodType | null;
  /** Whether a change wants to know which version it replaces. */
  readonly conditional: boolean;
  /** Version of an answer, for its ETag; null = the ETag is of the whole answer. */
  readonly versionOf: ((answer: unknown) => string) | null;
  readonly run: (input: AnyInput, context: RequestContext) => Promise<unknown>;
  readonly execute: (input: AnyInput, context: CommandContext) => Promise<Effect<object>>;
  readonly intend: (input: AnyInput, context: CommandContext) => Promise<Intention<object, object>>;
  readonly write: (intent: unknown, context: CommandContext) => Promise<Effect<object>>;
}

/** Parsed input, its types erased: each came out of the route's own schemas. */
export interface AnyInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Of a conditional change. */
  readonly precondition?: Precondition;
}

const none = z.object({});
const never = (): never => {
  throw new Error("not of this kind of route");
};
const blank = {
  ...{ action: "", intent: null, conditional: false, versionOf: null },
  ...{ run: never, execute: never, intend: never, write: never },
};
type Erased = Pick<Route, "run" | "execute" | "intend" | "write">;

/** A route that changes nothing. */
export function readRoute<
  Answer extends z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodObject,
>(definition: ReadDefinition<Params, Query, Body, Answer>): Route {
  const { method = "get", params = none, query = none, body = null, read, ...rest } = definition;
  const run = read as unknown as Erased["run"];
  return { ...blank, ...rest, kind: "read", method, params, query, body, run };
}

/** An HTML document for a sandboxed frame: it runs nothing, fetches nothing and follows no link by itself. */
export function pageRoute<Params extends z.ZodObject = z.ZodObject, Query extends z.ZodObject = z.ZodObject>(
  definition: PageDefinition<Params, Query>,
): Route {
  const { params = none, query = none, render, ...rest } = definition;
  const run = render as unknown as Erased["run"];
  return {
    ...blank,
    ...rest,
    kind: "page",
    method: "get",
    params,
    query,
    body: null,
    answer: z.string(),
    run,
  };
}

/** A list by pages; `Accept: text/csv` gets all pages as one file. */
export function listRoute<
  Item extends z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
>(definition: ListDefinition<Params, Query, Item>): Route {
  const { params = none, query = none, item, list, ...rest } = definition;
  const run = list as unknown as Erased["run"];
  const shape = { params, query: query.extend(pageQuery), body: null, answer: pageOf(item), run };
  return { ...blank, ...rest, ...shape, kind: "list", method: "get" };
}

/** A change in the database, executed once for each Idempotency-Key. */
export function commandRoute<
  Answer extends z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodObject,
>(definition: CommandDefinition<Params, Body, Answer>): Route {
  const { method = "post", params = none, body = none, execute, ...rest } = definition;
  const erased = { execute: execute as unknown as Erased["execute"] };
  return { ...blank, ...rest, ...erased, kind: "command", method, params, query: none, body };
}

/** A change outside the database (a BillingRun in Kubernetes), executed once for each Idempotency-Key. */
export function externalRoute<
  Answer extends z.ZodType,
  Intent extends z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodObject,
>(definition: ExternalDefinition<Params, Body, Answer, Intent>): Route {
  const { method = "post", params = none, body = none, intend, write, ...rest } = definition;
  const erased = {
    intend: intend as unknown as Erased["intend"],
    write: write as unknown as Erased["write"],
  };
  return { ...blank, ...rest, ...erased, kind: "external", method, params, query: none, body };
}
