import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import { listedColumns, type ListedMessage } from "./listed-message.ts";
import { expectedMessages, messageConditions, type MessageFilter } from "./message-filter.ts";

/** A page of messages by bill number. */
export interface MessagePage {
  readonly messages: readonly ListedMessage[];
  /** From where on the next page looks; null = that was all. A page may be short, or empty, and have a next one. */
  readonly nextAfter: number | null;
}

interface Walk {
  readonly filter: MessageFilter;
  readonly after: number;
  readonly limit: number;
}

/** Partial indexes find messages in these states without a walk, as long as they are few. */
const indexed: ReadonlySet<string> = new Set(["QUEUED", "SENDING", "UNKNOWN", "SCHEDULED"]);
const fewMessages = 20_000;
/** Rows that the first step of a walk looks at: what is common fills a page from these. */
const firstStepRows = 1_000;
/** Each further step looks at so many times as many, */
const stepGrowth = 4;
/** and none at more than these: some 20 ms. */
const mostStepRows = 20_000;
/** A walk that has found too little by then gives what it has, and the caller comes back for more. */
const walkMs = 100;

/**
 * A page of the messages of a filter, by bill number. How it is found depends on what the counts say: nothing to find is not
 * looked for; few messages in an open state are taken from that state's index, dead ones by their letters; everything
 * else by walking the key, for so long and no longer, whatever the filter leaves of a million.
 */
export async function listMessages(
  client: Queryable,
  filter: MessageFilter,
  { after = 0, limit }: { readonly after?: number | undefined; readonly limit: number },
): Promise<MessagePage> {
  const { from } = billIdRange(filter.period);
  const walk = { filter, limit, after: Math.max(after, from - 1) };
  const { matching, inState } = await expectedMessages(client, filter);
  if (matching <= 0) return { messages: [], nextAfter: null };
  const { state } = filter;
  if (state !== undefined && indexed.has(state) && inState <= fewMessages) return await byState(client, walk);
  if (state === "DEAD") return await byLetters(client, walk);
  return await byKey(client, walk);
}

async function byState(client: Queryable, { filter, after, limit }: Walk): Promise<MessagePage> {
  const values: unknown[] = [filter.generation, after, billIdRange(filter.period).to, limit + 1];
  const conditions = messageConditions(filter, values, true);
  // A constant, for the index; found whole before it is sorted, for the key's order would tempt the planner to walk it.
  const { rows } = await client.query<ListedMessage>(
    `with found as materialized (
       select n.* from notifications n
        where n.generation = $1 and n.bill_id > $2 and n.bill_id < $3 and n.state = '${filter.state ?? ""}'
          and ${conditions})
     select ${listedColumns} from found n order by n.bill_id limit $4`,
    values,
  );
  return pageOf(rows, limit);
}

async function byLetters(client: Queryable, { filter, after, limit }: Walk): Promise<MessagePage> {
  const values: unknown[] = [filter.generation, after, billIdRange(filter.period).to, limit + 1];
  const conditions = messageConditions(filter, values, false);
  const { rows } = await client.query<ListedMessage>(
    `select ${listedColumns}
       from dead_letters d
       join notifications n on n.bill_id = d.bill_id and n.generation = d.generation
                           and n.message_generation = d.message_generation
      where d.generation = $1 and d.bill_id > $2 and d.bill_id < $3 and d.redriven_at is null
        and n.generation = $1 and n.bill_id > $2 and n.bill_id < $3 and ${conditions}
      order by d.bill_id limit $4`,
    values,
  );
  return pageOf(rows, limit);
}

async function byKey(client: Queryable, { filter, after, limit }: Walk): Promise<MessagePage> {
  const startedMs = performance.now();
  const found: ListedMessage[] = [];
  let position = after;
  let stepRows = firstStepRows;
  do {
    const end = await stepEnd(client, filter, { after: position, rows: stepRows });
    const step = { filter, after: position, limit: limit + 1 - found.length };
    found.push(...(await ofStep(client, step, end)));
    if (found.length > limit || end === null) return pageOf(found, limit);
    position = end;
    stepRows = Math.min(stepRows * stepGrowth, mostStepRows);
  } while (performance.now() - startedMs < walkMs);
  return { messages: found, nextAfter: position };
}

/** The bill number that so many messages after this one has; null when there are not so many. */
async function stepEnd(
  client: Queryable,
  { period, generation }: MessageFilter,
  { after, rows: count }: { readonly after: number; readonly rows: number },
): Promise<number | null> {
  const { rows } = await client.query<{ billId: number }>(
    `select bill_id as "billId" from notifications
      where generation = $1 and bill_id > $2 and bill_id < $3 order by bill_id offset $4 limit 1`,
    [generation, after, billIdRange(period).to, count - 1],
  );
  return rows[0]?.billId ?? null;
}

async function ofStep(
  client: Queryable,
  { filter, after, limit }: Walk,
  end: number | null,
): Promise<readonly ListedMessage[]> {
  const last = end ?? billIdRange(filter.period).to - 1;
  const values: unknown[] = [filter.generation, after, last, limit];
  const { rows } = await client.query<ListedMessage>(
    `select ${listedColumns} from notifications n
      where n.generation = $1 and n.bill_id > $2 and n.bill_id <= $3
        and ${messageConditions(filter, values, false)}
      order by n.bill_id limit $4`,
    values,
  );
  return rows;
}

function pageOf(rows: readonly ListedMessage[], limit: number): MessagePage {
  const messages = rows.slice(0, limit);
  return { messages, nextAfter: rows.length > limit ? (messages.at(-1)?.billId ?? null) : null };
}
