import type { Queryable } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../generations/address.ts";
import { generationScope } from "../proof/scope.ts";

/** How many bills of a generation differ from another's, account by account. */
export interface Difference {
  readonly unchanged: number;
  readonly changed: number;
  /** Accounts with a bill in this generation only, and in the other only. */
  readonly added: number;
  readonly removed: number;
  readonly raisedMinor: bigint;
  readonly loweredMinor: bigint;
}

/** One account whose bill changed. */
export interface Mover {
  readonly accountId: number;
  readonly beforeMinor: number;
  readonly afterMinor: number;
}

/** The two sets of bills side by side, by account. */
function sideBySide(address: GenerationAddress, baseline: GenerationAddress): string {
  const columns = "account_id, total_minor, digest";
  return `(select ${columns} from bills n where ${generationScope("n", address)}) now
     full join (select ${columns} from bills o where ${generationScope("o", baseline)}) before using (account_id)`;
}

/**
 * Compares every bill with the baseline's. Within one period a bill counts as changed when anything of it did (its
 * digest); between periods, when its total did.
 */
export async function readDifference(
  client: Queryable,
  address: GenerationAddress,
  baseline: GenerationAddress,
): Promise<Difference> {
  const same =
    address.period === baseline.period
      ? "now.digest = before.digest"
      : "now.total_minor = before.total_minor";
  const { rows } = await client.query<Record<keyof Difference, string>>(
    `select count(*) filter (where ${same}) as unchanged,
       count(*) filter (where not ${same}) as changed,
       count(*) filter (where before.account_id is null) as added,
       count(*) filter (where now.account_id is null) as removed,
       coalesce(sum(now.total_minor - before.total_minor) filter (where now.total_minor > before.total_minor), 0)::text
         as "raisedMinor",
       coalesce(sum(before.total_minor - now.total_minor) filter (where now.total_minor < before.total_minor), 0)::text
         as "loweredMinor"
     from ${sideBySide(address, baseline)}`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error("an aggregate always has a row");
  return {
    unchanged: Number(row.unchanged),
    changed: Number(row.changed),
    added: Number(row.added),
    removed: Number(row.removed),
    raisedMinor: BigInt(row.raisedMinor),
    loweredMinor: BigInt(row.loweredMinor),
  };
}

/** The accounts whose total moved most, up or down; an account without a bill on one side counts as zero there. */
export async function readMovers(
  client: Queryable,
  address: GenerationAddress,
  baseline: GenerationAddress,
  count: number,
): Promise<Mover[]> {
  const { rows } = await client.query<Mover>(
    `select account_id as "accountId", coalesce(before.total_minor, 0) as "beforeMinor",
       coalesce(now.total_minor, 0) as "afterMinor"
     from ${sideBySide(address, baseline)}
     where now.total_minor is distinct from before.total_minor
     order by abs(coalesce(now.total_minor, 0) - coalesce(before.total_minor, 0)) desc, account_id limit $1`,
    [count],
  );
  return rows;
}
