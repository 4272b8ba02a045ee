import type { TestContext } from "node:test";
import type { AppParts } from "../../admin/app.ts";
import { memberColumn } from "../../database/deliverable-bills/contact-address.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import type { Client } from "../../platform/postgres.ts";
import { Carrier, populate, recordTariffs } from "../settlement/support.ts";
import { testKeys } from "../support/bills.ts";
import { startAdmin, type TestAdmin } from "./admin.ts";

/** The admin server over a carrier of generated members. */
export interface SettledAdmin {
  readonly admin: TestAdmin;
  readonly carrier: Carrier;
}

/** Generates members; with `live`, settles and promotes October 2026 too. */
export async function startSettled(
  t: TestContext,
  { members = 40, live = true }: { readonly members?: number; readonly live?: boolean } = {},
  change?: (parts: AppParts) => AppParts,
): Promise<SettledAdmin> {
  const admin = await startAdmin(t, change);
  await recordTariffs(admin.owner);
  await populate(admin.databaseUrl, members);
  const carrier = new Carrier(admin.databaseUrl, admin.owner);
  if (live) await carrier.goLive();
  return { admin, carrier };
}

const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);

/** A member's contacts in plain, as the database has them. */
export async function plainContacts(
  client: Client,
  memberId: number,
): Promise<{ readonly name: string; readonly email: string | null; readonly phone: string | null }> {
  const { rows } = await client.query<{ name: Buffer; email: Buffer | null; phone: Buffer | null }>(
    `select name_encrypted as name, email_encrypted as email, phone_encrypted as phone from members where id = $1`,
    [memberId],
  );
  const [row] = rows;
  if (row === undefined) throw new Error(`no member ${memberId}`);
  const open = (column: "email" | "phone", sealed: Buffer | null): string | null =>
    sealed && cipher.decrypt(sealed, memberColumn(column, memberId));
  return {
    name: cipher.decrypt(row.name, memberColumn("name", memberId)),
    email: open("email", row.email),
    phone: open("phone", row.phone),
  };
}

/** Gives a member another name. */
export async function rename(client: Client, memberId: number, name: string): Promise<void> {
  const sealed = cipher.encrypt(name, memberColumn("name", memberId));
  await client.query("update members set name_encrypted = $2 where id = $1", [memberId, sealed]);
}
