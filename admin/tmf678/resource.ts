import type { z } from "zod";
import type { RequestContext } from "../http/route.ts";

/** Where the read side is mounted. */
export const tmfBase = "/tmf-api/customerBillManagement/v4";

/** Part of a collection. */
export interface TmfPage {
  /** Objects of the resource, whole. */
  readonly items: readonly object[];
  /** Cursor of the rest; null = there is none. */
  readonly next: string | null;
  /** All that match, where that costs nothing. */
  readonly total: number | null;
  /** Of the offset asked for, what this page did not come to; it stands in the address of the next. [0] */
  readonly offsetLeft?: number;
}

/** What is asked of a collection besides its filters. */
export interface TmfRange {
  readonly limit: number;
  readonly offset: number;
  readonly cursor?: string | undefined;
}

/** A resource of the standard: its collection, and one of it by id. */
export interface TmfResource<Filter extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly schema: z.ZodObject;
  /** Query parameters of the collection besides fields, offset, limit and cursor. */
  readonly filter: Filter;
  readonly list: (filter: z.output<Filter>, range: TmfRange, context: RequestContext) => Promise<TmfPage>;
  /** Null = there is none of that id. */
  readonly get: (id: string, context: RequestContext) => Promise<object | null>;
}

/** A resource with the type of its filter erased: each filter came out of its own schema. */
export function tmfResource<Filter extends z.ZodObject>(resource: TmfResource<Filter>): TmfResource {
  return resource;
}

/** Address of one. */
export const hrefOf = (name: string, id: string): string => `${tmfBase}/${name}/${id}`;
