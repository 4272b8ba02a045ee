import { ForTag, TypeGuards, type Template, type Token, type Value } from "liquidjs";

/** A variable that a bill does not have, and where it stands. */
export interface UnknownVariable {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Example values by name; `ANYTHING` for what a template computed itself. */
interface Scope {
  readonly names: Map<string, unknown>;
  /** Variables of the enclosing loops, which hide the others. */
  readonly loops: ReadonlyMap<string, unknown>;
}

const ANYTHING = Symbol("anything");
/** Properties that Liquid gives lists and texts. */
const OF_LISTS = new Set(["size", "first", "last"]);

/**
 * Every path of a template that `example` does not have, also in branches that no rendering of it would take. What a
 * loop runs over is followed into its elements; what was assigned may hold anything.
 */
export function unknownVariables(templates: readonly Template[], example: object): UnknownVariable[] {
  const found: UnknownVariable[] = [];
  // What is assigned, also within an `if`, is known from there to the end of the template.
  const names = new Map<string, unknown>(Object.entries(example));
  walk(templates, { names, loops: new Map() }, found);
  return found;
}

function walk(templates: readonly Template[], scope: Scope, found: UnknownVariable[]): void {
  for (const template of templates) {
    for (const argument of template.arguments?.() ?? []) lookAt(argument, scope, found);
    for (const name of template.localScope?.() ?? []) scope.names.set(name.content, ANYTHING);
    walk(childrenOf(template), template instanceof ForTag ? scopeOfLoop(template, scope) : scope, found);
  }
}

function scopeOfLoop({ variable, collection }: ForTag, scope: Scope): Scope {
  const loops = new Map(scope.loops).set(variable, elementOf(collection, scope)).set("forloop", ANYTHING);
  return { names: scope.names, loops };
}

function childrenOf(template: Template): readonly Template[] {
  const result = template.children?.(false, true).next();
  return result?.done === true ? result.value : [];
}

function lookAt(argument: Value | Token, scope: Scope, found: UnknownVariable[]): void {
  if (!("kind" in argument)) {
    for (const token of argument.initial.postfix) lookAt(token, scope, found);
    for (const { args } of argument.filters) {
      for (const arg of args) {
        const token = Array.isArray(arg) ? arg[1] : arg;
        if (token !== undefined) lookAt(token, scope, found);
      }
    }
    return;
  }
  if (TypeGuards.isRangeToken(argument)) {
    lookAt(argument.lhs, scope, found);
    lookAt(argument.rhs, scope, found);
  }
  if (!TypeGuards.isPropertyAccessToken(argument) || argument.variable !== undefined) return;
  const names = namesOf(argument.props);
  if (valueOf(names, scope) !== undefined) return;
  const [line = 1, column = 1] = argument.getPosition();
  found.push({ path: names.map((name) => name ?? "[…]").join("."), line, column });
}

/** The names of a path; null where it is computed. */
function namesOf(props: readonly Token[]): (string | null)[] {
  return props.map((prop) => {
    if (TypeGuards.isWordToken(prop) || TypeGuards.isQuotedToken(prop)) return prop.content;
    return TypeGuards.isNumberToken(prop) ? String(prop.content) : null;
  });
}

/** What stands at a path; `ANYTHING` where it cannot be told, undefined where there is nothing. */
function valueOf(names: readonly (string | null)[], scope: Scope): unknown {
  const [first = null, ...rest] = names;
  if (first === null) return ANYTHING;
  let value: unknown = scope.loops.get(first) ?? scope.names.get(first);
  for (const name of rest) {
    if (value === undefined || value === ANYTHING) return value;
    value = stepInto(value, name);
  }
  return value;
}

function stepInto(value: unknown, name: string | null): unknown {
  if (Array.isArray(value)) {
    if (name === "size") return 1;
    const isElement = name === null || OF_LISTS.has(name) || /^-?\d+$/.test(name);
    return isElement ? (value as unknown[])[0] : undefined;
  }
  if (typeof value === "string") return name === "size" ? 1 : undefined;
  if (name === null) return ANYTHING;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function elementOf(collection: Value | Token, scope: Scope): unknown {
  if (!("kind" in collection) || !TypeGuards.isPropertyAccessToken(collection)) return ANYTHING;
  const list = valueOf(namesOf(collection.props), scope);
  return Array.isArray(list) ? (list as unknown[])[0] : ANYTHING;
}
