import { BinaryRows } from "../../database/binary-rows.ts";
import { copyAccounts, encodeAccount } from "../../database/members/copy-accounts.ts";
import { copyAddOns, encodeAddOn } from "../../database/members/copy-add-ons.ts";
import { copyAdjustments, encodeAdjustment } from "../../database/members/copy-adjustments.ts";
import { copyContracts, encodeContract } from "../../database/members/copy-contracts.ts";
import { copyFamilies, encodeFamily } from "../../database/members/copy-families.ts";
import { copyMembers, encodeMember } from "../../database/members/copy-members.ts";
import { copySubscriptions, encodeSubscription } from "../../database/members/copy-subscriptions.ts";
import { copySuspensions, encodeSuspension } from "../../database/members/copy-suspensions.ts";
import type { ColumnCipher } from "../../platform/encryption.ts";
import type { Client } from "../../platform/postgres.ts";
import { FAMILY_BLOCK, familySize } from "./family.ts";
import { numbering } from "./numbering.ts";
import { drawPerson } from "./person.ts";
import type { Scenario } from "./scenario.ts";
import { sealMember } from "./seal-member.ts";
import { drawServedAccount, type ServedAccount } from "./served-account.ts";
import { spread } from "./spread.ts";
import { drawTerms, type Terms } from "./terms.ts";

/** One buffer a table, reused from chunk to chunk. */
interface Tables {
  readonly members: BinaryRows;
  readonly families: BinaryRows;
  readonly accounts: BinaryRows;
  readonly subscriptions: BinaryRows;
  readonly suspensions: BinaryRows;
  readonly contracts: BinaryRows;
  readonly addOns: BinaryRows;
  readonly adjustments: BinaryRows;
}

/** Number of rows written, by table. */
export type RowCounts = Readonly<Record<keyof Tables, number>>;

/** Loads ranges of the population, each in one transaction. */
export interface PopulationLoader {
  /** Members `first` (from 1) to `last`; `first` begins a family block. */
  load(first: number, last: number): Promise<RowCounts>;
}

/** A loader over one connection. */
export function populationLoader(client: Client, scenario: Scenario, cipher: ColumnCipher): PopulationLoader {
  const tables = emptyTables();
  return {
    async load(first, last) {
      for (const rows of Object.values(tables) as BinaryRows[]) rows.clear();
      for (let ordinal = first; ordinal <= last; ordinal++) encodeOne(tables, scenario, cipher, ordinal);
      await client.query("begin");
      await copyMembers(client, tables.members);
      await copyFamilies(client, tables.families);
      await copyAccounts(client, tables.accounts);
      await copySubscriptions(client, tables.subscriptions);
      await copySuspensions(client, tables.suspensions);
      await copyContracts(client, tables.contracts);
      await copyAddOns(client, tables.addOns);
      await copyAdjustments(client, tables.adjustments);
      await client.query("commit");
      return countsOf(tables);
    },
  };
}

function encodeOne(tables: Tables, scenario: Scenario, cipher: ColumnCipher, ordinal: number): void {
  encodeMember(tables.members, sealMember(cipher, numbering.member(ordinal), drawPerson(scenario, ordinal)));
  const position = ordinal - 1;
  if (position % FAMILY_BLOCK === 0 && familySize(scenario, position / FAMILY_BLOCK) > 0) {
    encodeFamily(tables.families, numbering.family(position / FAMILY_BLOCK));
  }
  const account = drawServedAccount(scenario, ordinal);
  const terms = drawTerms(scenario, account);
  encodeAccount(tables.accounts, {
    id: account.accountId,
    memberId: numbering.member(ordinal),
    familyId: account.familyId,
    currency: scenario.catalogue.currency,
    joinedOn: account.joinedOn,
    birthday: terms.birthday,
    welfareClass: terms.welfareClass,
  });
  encodeLines(tables, account);
  encodeTerms(tables, terms);
}

function encodeLines(tables: Tables, { accountId, bucket, lines }: ServedAccount): void {
  for (const { id, plan, startedOn, endedOn } of lines) {
    encodeSubscription(tables.subscriptions, {
      id,
      accountId,
      bucket,
      plan: plan?.code ?? spread.unbillablePlan,
      startedOn,
      endedOn,
    });
  }
}

function encodeTerms(tables: Tables, terms: Terms): void {
  if (terms.suspension !== null) encodeSuspension(tables.suspensions, terms.suspension);
  for (const contract of terms.contracts) encodeContract(tables.contracts, contract);
  for (const addOn of terms.addOns) encodeAddOn(tables.addOns, addOn);
  if (terms.adjustment !== null) encodeAdjustment(tables.adjustments, terms.adjustment);
}

function emptyTables(): Tables {
  return {
    members: new BinaryRows(),
    families: new BinaryRows(),
    accounts: new BinaryRows(),
    subscriptions: new BinaryRows(),
    suspensions: new BinaryRows(),
    contracts: new BinaryRows(),
    addOns: new BinaryRows(),
    adjustments: new BinaryRows(),
  };
}

function countsOf(tables: Tables): RowCounts {
  return {
    members: tables.members.count,
    families: tables.families.count,
    accounts: tables.accounts.count,
    subscriptions: tables.subscriptions.count,
    suspensions: tables.suspensions.count,
    contracts: tables.contracts.count,
    addOns: tables.addOns.count,
    adjustments: tables.adjustments.count,
  };
}
