import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** What is billed. Its bucket is computed by the database from the family or the account number. */
export interface AccountRow {
  readonly id: number;
  readonly memberId: number;
  readonly familyId: number | null;
  readonly currency: string;
  /** Epoch day. */
  readonly joinedOn: number;
  /** month * 100 + day, 0 = unknown. */
  readonly birthday: number;
  readonly welfareClass: string;
}

/** Appends one account in the column order of `copyAccounts`. */
export function encodeAccount(rows: BinaryRows, account: AccountRow): void {
  rows.row(7);
  rows.bigint(account.id);
  rows.bigint(account.memberId);
  rows.bigint(account.familyId);
  rows.text(account.currency);
  rows.date(account.joinedOn);
  rows.smallint(account.birthday);
  rows.text(account.welfareClass);
}

/** Loads encoded accounts; their members and families must be there. */
export async function copyAccounts(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(
    client,
    "accounts (id, member_id, family_id, currency, joined_on, birthday, welfare_class)",
    rows,
  );
}
