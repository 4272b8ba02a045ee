import { createInterface } from "node:readline";
import { copyOut, type Client } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";

/** A message with what its member wants, as the check of the provider's log needs it. */
export interface DeliveryRow {
  readonly billId: number;
  readonly state: string;
  readonly channel: string;
  readonly messageGeneration: number;
  readonly unknownOutcomes: number;
  readonly providerMessageId: string;
  /** Accepts that bounced afterwards, of all its message generations. */
  readonly bounces: number;
  readonly timeZone: string;
  readonly sendDay: number | null;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
}

/** Streams the generation's messages with their members' preferences; the connection is occupied until the end. */
export async function* deliveryRows(client: Client, address: GenerationAddress): AsyncGenerator<DeliveryRow> {
  const { from, to } = billIdRange(address.period);
  const stream = copyOut(
    client,
    `copy (
       select n.bill_id, n.state, n.channel, n.message_generation, n.unknown_outcomes,
         coalesce(n.provider_message_id, ''), coalesce(b.bounces, 0), m.time_zone, m.send_day, m.quiet_start,
         m.quiet_end
       from notifications n join members m on m.id = n.member_id
       left join (
         select bill_id, count(distinct (message_generation, channel)) as bounces from receipts
         where bill_id >= ${from} and bill_id < ${to} and generation = ${address.generation}
           and kind = 'hard-bounce' and effect = 'moved'
         group by bill_id
       ) b on b.bill_id = n.bill_id
       where n.bill_id >= ${from} and n.bill_id < ${to} and n.generation = ${address.generation}
     ) to stdout (null '-')`,
  );
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) yield parseRow(line);
}

function parseRow(line: string): DeliveryRow {
  const [billId = "", state = "", channel = "", generation = "", unknown = "", ...rest] = line.split("\t");
  const [
    providerMessageId = "",
    bounces = "",
    timeZone = "",
    sendDay = "-",
    quietStart = "-",
    quietEnd = "-",
  ] = rest;
  return {
    ...{ billId: Number(billId), state, channel, providerMessageId, timeZone },
    messageGeneration: Number(generation),
    unknownOutcomes: Number(unknown),
    bounces: Number(bounces),
    sendDay: numberOrNull(sendDay),
    quietStart: numberOrNull(quietStart),
    quietEnd: numberOrNull(quietEnd),
  };
}

function numberOrNull(text: string): number | null {
  return text === "-" ? null : Number(text);
}
