import type { Channel } from "../../notification/channel.ts";
import type { NotificationRow } from "../../notification/notification-row.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { billIdRange } from "../bills/leaf.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { rowColumns, rowOf, type RowColumns } from "../notifications/row-of.ts";
import type { TargetGroup } from "./message-target.ts";
import { billsThatHold } from "../receipts/bills-that-hold.ts";
import { standingBills } from "./standing-bills.ts";

/** A message as a command finds it, with the member's wishes. */
export interface LoadedMessage {
  readonly row: NotificationRow;
  /** As in the group it was asked for. */
  readonly seenMessageGeneration: number | null;
  readonly billHolds: boolean;
  readonly member: {
    readonly timeZone: string;
    readonly quietStart: number | null;
    readonly quietEnd: number | null;
    readonly sendDay: number | null;
    readonly preferredChannel: Channel | null;
    readonly hasEmail: boolean;
    readonly hasPhone: boolean;
    readonly hasPushToken: boolean;
    /** Channels whose address of this member is suppressed. */
    readonly suppressed: readonly Channel[];
  };
}

/** Messages of one generation and what holds for all of them. */
export interface LoadedGroup extends GenerationAddress {
  readonly released: boolean;
  /** As stored; null = the default. */
  readonly notificationPolicy: unknown;
  readonly messages: readonly LoadedMessage[];
}

interface Columns extends RowColumns {
  readonly timeZone: string;
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  readonly sendDay: number | null;
  readonly preferredChannel: Channel | null;
  readonly hasEmail: boolean;
  readonly hasPhone: boolean;
  readonly hasPushToken: boolean;
  readonly suppressed: readonly Channel[];
}

/**
 * The rows of a group, in the order of their numbers; with `locked` nobody else can move them until the transaction
 * ends. Found by their keys alone, whatever the statistics say, so that ten cost the same in a month of ten thousand
 * and of ten million.
 */
export async function loadMessages(
  client: Queryable,
  group: TargetGroup,
  locked: boolean,
): Promise<LoadedGroup> {
  const { period, generation, seenByBill } = group;
  const { from, to } = billIdRange(period);
  const billIds = [...seenByBill.keys()];
  // As promotion does, exclusively: a bill that holds now must not be superseded between this look and the commit.
  if (locked) {
    await client.query("select pg_advisory_xact_lock_shared(hashtext('generations ' || $1))", [period]);
  }
  const common = await client.query<{ live: boolean; released: boolean; notificationPolicy: unknown }>(
    `select state = 'live' as live, released_at is not null as released,
            notification_policy as "notificationPolicy"
       from generations where period = to_date($1, 'YYYY-MM') and number = $2`,
    [period, generation],
  );
  // Row locks first: what is read with them is what the last writer left, not this statement's snapshot.
  const found = await client.query<Columns>(statement(locked), [generation, from, to, billIds]);
  const { live, released, notificationPolicy } = common.rows[0] ?? noGeneration;
  const standing = await standingBills(client, { period, generation, live }, billIds);
  const holding = await billsThatHold(client, { period, generation, live }, billIds);
  const messages = found.rows.map((columns) => ({
    row: rowOf(columns, generation),
    seenMessageGeneration: seenByBill.get(columns.billId) ?? null,
    // What was told is told again only as it stands now; what was not may still be, as long as its amount holds.
    billHolds: (wasTold(columns) ? standing : holding).has(columns.billId),
    member: columns,
  }));
  return { period, generation, released, notificationPolicy, messages };
}

function wasTold({ state }: RowColumns): boolean {
  return state === "SENT" || state === "DELIVERED";
}

const noGeneration = { live: false, released: false, notificationPolicy: null };

const statement = (locked: boolean): string => `
  select ${rowColumns},
         m.time_zone as "timeZone", m.quiet_start as "quietStart", m.quiet_end as "quietEnd",
         m.send_day as "sendDay",
         m.preferred_channel as "preferredChannel", m.has_email as "hasEmail", m.has_phone as "hasPhone",
         m.has_push_token as "hasPushToken",
         array(select channel from suppressed_members where member_id = n.member_id) as suppressed
    from notifications n
    join members m on m.id = n.member_id
   where n.generation = $1 and n.bill_id >= $2 and n.bill_id < $3 and n.bill_id = any($4::bigint[])
   order by n.bill_id
   ${locked ? "for update of n" : ""}`;
