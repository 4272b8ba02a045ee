import { billIdRange } from "../../database/bills/leaf.ts";
import type { Client } from "../../platform/postgres.ts";

/** What the rows are about. */
export interface OfficeOrder {
  readonly members: number;
  /** `YYYY-MM`, the newest first. */
  readonly months: readonly string[];
  readonly newestMonth: string;
}

/** One in so many members; at least some, so that every list has a second page. */
function share(members: number, oneIn: number): number {
  return Math.max(200, Math.round(members / oneIn));
}

/** A year of people's work by SQL: commands, audit rows, adjustments, orders, suppressed addresses, states of bills, poison. */
export async function fillOffice(
  client: Client,
  { members, months, newestMonth }: OfficeOrder,
): Promise<void> {
  const { from } = billIdRange(newestMonth);
  const bill = (n: string): string => `${from} + 1000000000 + 1 + (${n} * 7919) % ${members}`;
  await addCommands(client, { commands: share(members, 20), months, bill });
  await addAudit(client, share(members, 3));
  await addAdjustments(client, { members, rows: share(members, 50), months });
  await client.query(
    `insert into suppressions (channel, contact, address_index, reason, source, code, bill_id, occurred_at)
     select 'email', 'email', email_index, 'hard-bounce', 'simulator', '5.1.1', ${bill("id")}, clock_timestamp()
       from members where email_index is not null and id % 1000 = 7
     on conflict do nothing`,
  );
  await client.query(
    `insert into bill_state_changes (bill_id, generation, state, reason, actor)
     select ${bill("n")}, 1, case when n % 20 = 0 then 'onHold' else 'settled' end::bill_state, 'payment', 'import'
       from generate_series(1, ${share(members, 50)}) n`,
  );
  await client.query(
    `insert into poison_messages (topic, kafka_partition, kafka_offset, cause)
     select 'billing.email', n % 8, n, 'not-json' from generate_series(1, 300) n`,
  );
  await client.query(
    `insert into outbox_batches (id, period, generation) overriding system value
     select n, $1, 1 from generate_series(40, 59) n`,
    [`${newestMonth}-01`],
  );
}

interface CommandOrder {
  readonly commands: number;
  readonly months: readonly string[];
  readonly bill: (n: string) => string;
}

/** Who started each run, resends of single bills, and large orders that were withdrawn. */
async function addCommands(client: Client, { commands, months, bill }: CommandOrder): Promise<void> {
  await client.query(
    `insert into commands (id, kind, body, actor, reason, state, answer, created_at, finished_at)
     select md5('command ' || n)::uuid, (array['message.resend', 'member.preferences', 'message.force'])[1 + n % 3],
            jsonb_build_object('n', n), 'operator-' || n % 40, 'asked for', 'done', '{"moved": 1}', at, at
       from (select n, clock_timestamp() - (${commands} - n) * interval '1 year' / ${commands} as at
               from generate_series(1, ${commands}) n) made`,
  );
  await client.query(
    `insert into command_messages (command_id, bill_id, generation, message_generation, from_state, to_state, channel)
     select md5('command ' || n)::uuid, ${bill("n")}, 1, 1, 'SENT', 'SCHEDULED', 'email'
       from generate_series(1, ${commands}, 3) n`,
  );
  await client.query(
    `insert into commands (id, kind, body, actor, state, answer, intent, finished_at)
     select md5('run ' || month)::uuid, 'run.start', '{}', 'operator-1', 'done', '{}',
            jsonb_build_object('run', 'monthly-' || month, 'starts', true), clock_timestamp()
       from unnest($1::text[]) month`,
    [months],
  );
  await client.query(
    `insert into delivery_orders (id, kind, "order", target, maker, reason, foreseen, state, created_at, expires_at,
                                  decided_by, decided_at, decided_command)
     select id, 'redrive', '{"kind": "redrive"}', '{"kind": "bills", "billIds": [1]}', actor, reason,
            '{"moved": 2000, "byMove": {}, "refused": {}, "sample": [], "more": false}', 'withdrawn', created_at,
            created_at + interval '3 days', actor, created_at, id
       from commands where kind = 'message.resend' order by created_at desc limit 200`,
  );
}

/** Most of it are sign-ins and contacts that were shown; approvals are rare. */
async function addAudit(client: Client, rows: number): Promise<void> {
  await client.query(
    `insert into audit_log (at, actor, action, subject, detail)
     select clock_timestamp() - (${rows} - n) * interval '1 year' / ${rows},
            case when n % 5000 = 0 then 'auditor' else 'operator-' || (n * 31) % 40 end,
            case when n % 20000 = 0 then 'run.approve' when n % 400 = 0 then 'template.publish' when n % 3 = 0 then 'member.unmask'
                 else 'session.start' end,
            'member:' || n, jsonb_build_object('reason', 'the member called', 'command', md5(n::text))
       from generate_series(1, ${rows}) n`,
  );
}

interface AdjustmentRows {
  readonly members: number;
  readonly rows: number;
  readonly months: readonly string[];
}

/** The newest 60 wait for an approver. */
async function addAdjustments(client: Client, { members, rows, months }: AdjustmentRows): Promise<void> {
  await client.query(
    `insert into adjustment_orders (account_id, period, kind, amount_minor, reason, state, created_by, created_at, decided_by,
                                    decided_at, recorded_as)
     select 1000000000 + 1 + (n * 7919) % ${members}, ($1::date[])[1 + n % ${months.length}], 'taxable', -1000 - n, 'goodwill',
            case when waits then 'pending' when n % 10 = 0 then 'rejected' else 'recorded' end, 'operator-' || n % 40, at,
            case when not waits then 'approver' end, case when not waits then at end,
            case when not waits and n % 10 <> 0 then -n end
       from (select n, n > ${rows} - 60 as waits, clock_timestamp() - (${rows} - n) * interval '1 year' / ${rows} as at
               from generate_series(1, ${rows}) n) ordered`,
    [months.map((month) => `${month}-01`)],
  );
}
