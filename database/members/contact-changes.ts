import type { Queryable } from "../../platform/postgres.ts";

/** Contacts of a member as staged and as recorded, all encrypted for the same row. */
export interface ContactPair {
  readonly memberId: number;
  readonly staged: SealedContact;
  readonly recorded: SealedContact;
}

export interface SealedContact {
  readonly name: Buffer;
  readonly email: Buffer | null;
  readonly phone: Buffer | null;
  readonly push_token: Buffer | null;
}

interface PairRow {
  readonly id: number;
  readonly staged_name: Buffer;
  readonly staged_email: Buffer | null;
  readonly staged_phone: Buffer | null;
  /** The recorded one where the file says nothing of it. */
  readonly staged_push_token: Buffer | null;
  readonly name: Buffer;
  readonly email: Buffer | null;
  readonly phone: Buffer | null;
  readonly push_token: Buffer | null;
}

const MEMBERS_PER_FETCH = 5_000;

/** Staged members that are recorded, with both forms of their contacts, some thousand at a time. */
export async function* recordedContacts(client: Queryable): AsyncGenerator<ContactPair[]> {
  await client.query(
    `declare recorded_contacts cursor for
     select m.id, s.name_encrypted as staged_name, s.email_encrypted as staged_email, s.phone_encrypted as staged_phone,
            case when s.tells_push_token = 1 then s.push_token_encrypted else m.push_token_encrypted end as staged_push_token,
            m.name_encrypted as name, m.email_encrypted as email, m.phone_encrypted as phone,
            m.push_token_encrypted as push_token
     from (select distinct on (member_id) * from stage_accounts order by member_id, line) s
     join members m on m.id = s.member_id`,
  );
  for (;;) {
    const { rows } = await client.query<PairRow>(`fetch ${MEMBERS_PER_FETCH} from recorded_contacts`);
    if (rows.length === 0) break;
    yield rows.map((row) => ({
      memberId: row.id,
      staged: {
        name: row.staged_name,
        email: row.staged_email,
        phone: row.staged_phone,
        push_token: row.staged_push_token,
      },
      recorded: { name: row.name, email: row.email, phone: row.phone, push_token: row.push_token },
    }));
  }
  await client.query("close recorded_contacts");
}

/** Creates the transaction's own list of members whose contacts change. */
export async function createContactChanges(client: Queryable): Promise<void> {
  await client.query(
    "create temp table contact_changes (member_id bigint primary key, changed text[]) on commit drop",
  );
}

/** Adds members to that list, each with the names of the contacts that change. */
export async function addContactChanges(
  client: Queryable,
  changes: readonly { readonly memberId: number; readonly changed: readonly string[] }[],
): Promise<void> {
  await client.query(
    `insert into contact_changes
     select (change ->> 'memberId')::bigint, array(select jsonb_array_elements_text(change -> 'changed'))
     from jsonb_array_elements($1::jsonb) change`,
    [JSON.stringify(changes)],
  );
}
