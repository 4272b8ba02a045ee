import type { Client, Queryable } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";
import { encodeMemberColumns, type MemberRow } from "./copy-members.ts";

/** One row of an imported accounts file, before it is checked against the database. */
export interface StagedAccount {
  readonly line: number;
  readonly account: number;
  readonly family: number | null;
  readonly currency: string;
  /** Epoch day. */
  readonly joinedOn: number;
  /** month * 100 + day, 0 = unknown. */
  readonly birthday: number;
  readonly welfareClass: string;
  readonly member: MemberRow;
  /** Blind index of name, e-mail, phone and push token together: equal for equal contacts, as ciphertexts are not. */
  readonly contactDigest: Buffer;
  /** Whether the file says anything of push tokens; if not, those that are recorded stay. */
  readonly tellsPushToken: boolean;
  readonly original: string;
}

/** Creates the transaction's own stage; it is gone at its end. */
export async function createAccountStage(client: Queryable): Promise<void> {
  await client.query(
    `create temp table stage_accounts (line bigint, account_id bigint, family_id bigint, currency text, joined_on date,
       birthday smallint, welfare_class text, contact_digest bytea, tells_push_token smallint, original text,
       member_id bigint, name_encrypted bytea, email_encrypted bytea, phone_encrypted bytea, email_index bytea,
       phone_index bytea, language text, time_zone text, send_day smallint, quiet_start smallint, quiet_end smallint,
       preferred_channel text, push_token_encrypted bytea, push_token_index bytea) on commit drop`,
  );
}

/** Appends one row in the column order of `copyAccountStage`. */
export function encodeStagedAccount(rows: BinaryRows, row: StagedAccount): void {
  rows.row(24);
  rows.bigint(row.line);
  rows.bigint(row.account);
  rows.bigint(row.family);
  rows.text(row.currency);
  rows.date(row.joinedOn);
  rows.smallint(row.birthday);
  rows.text(row.welfareClass);
  rows.bytea(row.contactDigest);
  rows.smallint(row.tellsPushToken ? 1 : 0);
  rows.text(row.original);
  encodeMemberColumns(rows, row.member);
}

/** Adds encoded rows to the stage. */
export async function copyAccountStage(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(
    client,
    `stage_accounts (line, account_id, family_id, currency, joined_on, birthday, welfare_class, contact_digest, tells_push_token,
       original,       member_id, name_encrypted, email_encrypted, phone_encrypted, email_index, phone_index, language, time_zone,
       send_day, quiet_start, quiet_end, preferred_channel, push_token_encrypted, push_token_index)`,
    rows,
  );
}

/** Gathers statistics of the filled stage; temporary tables get none by themselves. */
export async function analyzeAccountStage(client: Queryable): Promise<void> {
  await client.query("analyze stage_accounts");
}
