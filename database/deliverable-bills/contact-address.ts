import type { ColumnAddress } from "../../platform/encryption.ts";

/** Where a member's encrypted column stands, without `_encrypted`, as its ciphertext is bound to it. */
export function memberColumn(
  column: "name" | "email" | "phone" | "push_token",
  memberId: number,
): ColumnAddress {
  return { table: "members", column, row: memberId };
}
