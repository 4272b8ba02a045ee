import type {
  AddOnInput,
  AdjustmentInput,
  BillInput,
  ContractInput,
  SubscriptionInput,
  UsageSum,
} from "../../billing/bill-input.ts";
import { CopyTextRows } from "../../platform/copy-text.ts";
import type { UsageColumn } from "./input-query.ts";

/** One account as read: what is to be billed, or that nothing of it belongs to the period (`excluded`). */
export interface AccountRead {
  readonly input: BillInput;
  readonly excluded: boolean;
}

interface Account {
  input: Omit<BillInput, "subscriptions">;
  subscriptions: SubscriptionInput[];
}

const NONE: readonly never[] = [];

/** Turns the rows of `inputQuery` into accounts: `accounts(chunk)` for each chunk of the stream, `last()` at its end. */
export class InputRows {
  readonly #rows = new CopyTextRows();
  readonly #usage: readonly UsageColumn[];
  readonly #meterCodes: ReadonlyMap<number, string>;
  #current: Account | null = null;

  /** `meterCodes` names every meter by its id, also those that the tariff does not know. */
  constructor(usage: readonly UsageColumn[], meterCodes: ReadonlyMap<number, string>) {
    this.#usage = usage;
    this.#meterCodes = meterCodes;
  }

  /** The accounts that are complete with this chunk. */
  *accounts(chunk: Buffer): Generator<AccountRead> {
    this.#rows.push(chunk);
    while (this.#rows.nextRow()) {
      const accountId = this.#rows.integer();
      const previous = this.#current;
      if (previous?.input.accountId === accountId) {
        this.#skipAccount();
        this.#readSubscription(previous);
      } else {
        this.#current = this.#readAccount(accountId);
        if (previous !== null) yield finish(previous);
      }
    }
  }

  /** The account that was being read when the stream ended; null when there was no row at all. */
  last(): AccountRead | null {
    const current = this.#current;
    this.#current = null;
    return current === null ? null : finish(current);
  }

  #readAccount(accountId: number): Account {
    const rows = this.#rows;
    const currency = rows.text();
    const joinedOn = rows.integer();
    const birthday = rows.integer();
    const welfare = rows.text();
    const familyTenureYears = rows.integerOrNull();
    const account: Account = {
      input: { accountId, currency, joinedOn, birthday, welfare, familyTenureYears, adjustments: NONE },
      subscriptions: [],
    };
    const adjustments = this.#readSubscription(account);
    if (adjustments !== "") account.input = { ...account.input, adjustments: parseAdjustments(adjustments) };
    return account;
  }

  #skipAccount(): void {
    for (let field = 0; field < 5; field++) this.#rows.text();
  }

  /** Reads the rest of the row; returns the account's adjustments, which every one of its rows repeats. */
  #readSubscription(account: Account): string {
    const rows = this.#rows;
    const subscriptionId = rows.integerOrNull();
    const plan = rows.text();
    const startedOn = rows.integerOrNull() ?? 0;
    const endedOn = rows.integerOrNull();
    const suspendedDays = rows.integerOrNull() ?? 0;
    const contract = this.#readContract();
    const addOns = rows.text();
    const adjustments = rows.text();
    if (subscriptionId === null) return adjustments;
    account.subscriptions.push({
      subscriptionId,
      plan,
      startedOn,
      endedOn,
      suspendedDays,
      contract,
      addOns: addOns === "" ? NONE : parseAddOns(addOns),
      usage: this.#readUsage(),
    });
    return adjustments;
  }

  #readContract(): ContractInput | null {
    const months = this.#rows.integerOrNull();
    const startedOn = this.#rows.integerOrNull();
    const terminatedOn = this.#rows.integerOrNull();
    return months === null || startedOn === null ? null : { months, startedOn, terminatedOn };
  }

  #readUsage(): UsageSum[] {
    const sums: UsageSum[] = [];
    const unknownMeter = this.#rows.integerOrNull();
    for (const column of this.#usage) {
      const steps = this.#rows.integerOrNull();
      if (steps === null) continue;
      sums.push({ meter: column.meter, band: column.band, quantityMilli: steps * column.stepMilli });
    }
    if (unknownMeter !== null) {
      sums.push({
        meter: this.#meterCodes.get(unknownMeter) ?? `#${unknownMeter}`,
        band: "",
        quantityMilli: 0,
      });
    }
    return sums;
  }
}

function finish(account: Account): AccountRead {
  const { accountId, currency, joinedOn, birthday, welfare, familyTenureYears, adjustments } = account.input;
  const { subscriptions } = account;
  return {
    input: {
      accountId,
      currency,
      joinedOn,
      birthday,
      welfare,
      familyTenureYears,
      subscriptions,
      adjustments,
    },
    excluded: subscriptions.length === 0 && adjustments.length === 0,
  };
}

/** `start:end:code` entries, comma-separated; an open end is empty. */
function parseAddOns(list: string): AddOnInput[] {
  return list.split(",").map((entry) => {
    const [startedOn = "", endedOn = "", code = ""] = entry.split(":");
    return { code, startedOn: Number(startedOn), endedOn: endedOn === "" ? null : Number(endedOn) };
  });
}

/** `id:kind:amount:charge` entries, comma-separated. */
function parseAdjustments(list: string): AdjustmentInput[] {
  return list.split(",").map((entry) => {
    const [id = "", kind = "", amountMinor = "", charge = ""] = entry.split(":");
    return {
      adjustmentId: Number(id),
      kind: kind === "final" ? "final" : "taxable",
      charge,
      amountMinor: Number(amountMinor),
    };
  });
}
