import type { Channel } from "../../notification/channel.ts";
import type { Client } from "../../platform/postgres.ts";
import type { BinaryRows } from "../binary-rows.ts";
import { copyRows } from "../copy-rows.ts";

/** A person; contacts are ciphertexts and blind indexes, never plain. */
export interface MemberRow {
  readonly id: number;
  readonly nameEncrypted: Buffer;
  readonly emailEncrypted: Buffer | null;
  readonly phoneEncrypted: Buffer | null;
  readonly emailIndex: Buffer | null;
  readonly phoneIndex: Buffer | null;
  readonly language: "ko" | "en";
  readonly timeZone: string;
  readonly sendDay: number | null;
  /** Minutes of the day in the member's zone, half-open; both null or both set. */
  readonly quietStart: number | null;
  readonly quietEnd: number | null;
  readonly preferredChannel: Channel | null;
  readonly pushTokenEncrypted: Buffer | null;
  readonly pushTokenIndex: Buffer | null;
}

/** Appends one member in the column order of `copyMembers`. */
export function encodeMember(rows: BinaryRows, member: MemberRow): void {
  rows.row(14);
  encodeMemberColumns(rows, member);
}

/** Appends the fourteen columns of a member to a row that may have others. */
export function encodeMemberColumns(rows: BinaryRows, member: MemberRow): void {
  rows.bigint(member.id);
  rows.bytea(member.nameEncrypted);
  rows.bytea(member.emailEncrypted);
  rows.bytea(member.phoneEncrypted);
  rows.bytea(member.emailIndex);
  rows.bytea(member.phoneIndex);
  rows.text(member.language);
  rows.text(member.timeZone);
  rows.smallint(member.sendDay);
  rows.smallint(member.quietStart);
  rows.smallint(member.quietEnd);
  rows.text(member.preferredChannel);
  rows.bytea(member.pushTokenEncrypted);
  rows.bytea(member.pushTokenIndex);
}

/** Loads encoded members. */
export async function copyMembers(client: Client, rows: BinaryRows): Promise<void> {
  await copyRows(
    client,
    `members (id, name_encrypted, email_encrypted, phone_encrypted, email_index, phone_index, language, time_zone,
              send_day, quiet_start, quiet_end, preferred_channel, push_token_encrypted, push_token_index)`,
    rows,
  );
}
