import type { z } from "zod";
import type { Precondition } from "./precondition.ts";
import {
  externalRoute,
  type CommandContext,
  type ExternalDefinition,
  type Intention,
  type Route,
  type Written,
} from "./route.ts";

interface ConditionalDefinition<
  Params extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
  Intent extends z.ZodType,
> extends Omit<ExternalDefinition<Params, Body, Answer, Intent>, "intend"> {
  readonly intend: (
    input: {
      readonly params: z.output<Params>;
      readonly body: z.output<Body>;
      readonly precondition: Precondition;
    },
    context: CommandContext,
  ) => Promise<Intention<z.input<Intent> & object, Written<z.input<Answer>> & object>>;
}

const versionOf = (answer: unknown): string => (answer as { readonly version: string }).version;

/** A route whose answer has a `version`: that is its ETag, and what else the answer says changes no ETag. */
export const versioned = (route: Route): Route => ({ ...route, versionOf });

/** A change of what has a `version`: the caller says by `If-Match` which one it replaces, or by `If-None-Match: *` that it is new. */
export function conditionalRoute<
  Answer extends z.ZodType,
  Intent extends z.ZodType,
  Params extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodObject,
>(definition: ConditionalDefinition<Params, Body, Answer, Intent>): Route {
  // The precondition is beside the input of every conditional route (mount-routes.ts).
  const external = definition as unknown as ExternalDefinition<Params, Body, Answer, Intent>;
  return { ...versioned(externalRoute(external)), conditional: true };
}
