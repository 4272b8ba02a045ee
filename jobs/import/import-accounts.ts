import { BinaryRows } from "../../database/binary-rows.ts";
import { memberColumn } from "../../database/deliverable-bills/contact-address.ts";
import { latestPolicy } from "../../database/generations/latest-policy.ts";
import { applyAccounts, compareAccounts } from "../../database/members/apply-staged-accounts.ts";
import {
  addContactChanges,
  createContactChanges,
  recordedContacts,
} from "../../database/members/contact-changes.ts";
import { emailKey, phoneKey, pushTokenKey } from "../../database/members/contact-key.ts";
import type { MemberRow } from "../../database/members/copy-members.ts";
import { knownTimeZones } from "../../database/members/known-time-zones.ts";
import { moveBuckets } from "../../database/members/move-buckets.ts";
import {
  rejectContradictedMembers,
  rejectRepeatedAccounts,
} from "../../database/members/reject-staged-accounts.ts";
import {
  analyzeAccountStage,
  copyAccountStage,
  createAccountStage,
  encodeStagedAccount,
} from "../../database/members/stage-accounts.ts";
import { DEFAULT_POLICY, type NotificationPolicy } from "../../notification/policy.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { changedContacts } from "./changed-contacts.ts";
import type { Importer } from "./import-file.ts";
import { accountColumns, optionalAccountColumns, parseAccount, type ParsedAccount } from "./parse-account.ts";
import { refuseUpdatesWhileSettling } from "./refuse-updates.ts";

/**
 * Importer of accounts.csv. Contacts are encrypted before they reach the stage. Quiet hours are judged together with those of
 * `policy`; null = the policy that was promoted with last.
 */
export function accountImporter(
  cipher: ColumnCipher,
  policy: NotificationPolicy | null = null,
): Importer<ParsedAccount> {
  const rows = new BinaryRows();
  let { systemQuiet } = policy ?? DEFAULT_POLICY;
  let timeZones: ReadonlySet<string> = new Set();
  return {
    kind: "accounts",
    columns: accountColumns,
    optionalColumns: optionalAccountColumns,
    parse: (row) => parseAccount(row, { systemQuiet, timeZones }),
    createStage: createAccountStage,
    async learn(client) {
      timeZones = await knownTimeZones(client);
      if (policy === null) systemQuiet = policyOfGeneration(await latestPolicy(client)).systemQuiet;
    },
    stage(row, line, original) {
      const contacts = [row.name, row.email, row.phone, row.pushToken];
      const contactDigest = cipher.blindIndex(JSON.stringify(contacts));
      const tellsPushToken = row.pushToken !== null;
      const member = sealedMember(cipher, row);
      encodeStagedAccount(rows, { ...row, line, original, contactDigest, tellsPushToken, member });
    },
    async copyStage(client) {
      await copyAccountStage(client, rows);
      rows.clear();
    },
    async load(client, fileName) {
      await analyzeAccountStage(client);
      await rejectRepeatedAccounts(client);
      await rejectContradictedMembers(client);
      await findContactChanges(client, cipher);
      const outcome = await compareAccounts(client);
      await refuseUpdatesWhileSettling(client, outcome);
      await applyAccounts(client, fileName);
      await moveBuckets(client);
      return outcome;
    },
  };
}

function sealedMember(cipher: ColumnCipher, row: ParsedAccount): MemberRow {
  const { member: id, email, phone, pushToken } = row;
  return {
    id,
    nameEncrypted: cipher.encrypt(row.name, { table: "members", column: "name", row: id }),
    emailEncrypted:
      email === "" ? null : cipher.encrypt(email, { table: "members", column: "email", row: id }),
    phoneEncrypted:
      phone === "" ? null : cipher.encrypt(phone, { table: "members", column: "phone", row: id }),
    emailIndex: email === "" ? null : cipher.blindIndex(emailKey(email)),
    phoneIndex: phone === "" ? null : cipher.blindIndex(phoneKey(phone)),
    language: row.language,
    timeZone: row.timeZone,
    sendDay: row.sendDay,
    quietStart: row.quietStart,
    quietEnd: row.quietEnd,
    preferredChannel: row.preferredChannel,
    pushTokenEncrypted:
      pushToken === null || pushToken === ""
        ? null
        : cipher.encrypt(pushToken, memberColumn("push_token", id)),
    pushTokenIndex:
      pushToken === null || pushToken === "" ? null : cipher.blindIndex(pushTokenKey(pushToken)),
  };
}

async function findContactChanges(client: Queryable, cipher: ColumnCipher): Promise<void> {
  await createContactChanges(client);
  for await (const pairs of recordedContacts(client)) {
    const changes = pairs
      .map((pair) => ({ memberId: pair.memberId, changed: changedContacts(cipher, pair) }))
      .filter(({ changed }) => changed.length > 0);
    if (changes.length > 0) await addContactChanges(client, changes);
  }
}
