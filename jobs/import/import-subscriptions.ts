import { BinaryRows } from "../../database/binary-rows.ts";
import {
  applySubscriptions,
  compareSubscriptions,
} from "../../database/members/apply-staged-subscriptions.ts";
import {
  rejectContradictedSubscriptions,
  rejectRepeatedSubscriptions,
  rejectUnknownAccounts,
} from "../../database/members/reject-staged-subscriptions.ts";
import {
  analyzeSubscriptionStage,
  copySubscriptionStage,
  createSubscriptionStage,
  encodeStagedAddOn,
  encodeStagedSubscription,
} from "../../database/members/stage-subscriptions.ts";
import type { Importer } from "./import-file.ts";
import { type ParsedSubscription, parseSubscription, subscriptionColumns } from "./parse-subscription.ts";
import { refuseUpdatesWhileSettling } from "./refuse-updates.ts";

/** Importer of subscriptions.csv. */
export function subscriptionImporter(): Importer<ParsedSubscription> {
  const rows = new BinaryRows();
  const addOns = new BinaryRows();
  return {
    kind: "subscriptions",
    columns: subscriptionColumns,
    parse: parseSubscription,
    createStage: createSubscriptionStage,
    stage(row, line, original) {
      encodeStagedSubscription(rows, { ...row, line, original });
      for (const addOn of row.addOns) encodeStagedAddOn(addOns, { ...addOn, line });
    },
    async copyStage(client) {
      await copySubscriptionStage(client, rows, addOns);
      rows.clear();
      addOns.clear();
    },
    async load(client, fileName) {
      await analyzeSubscriptionStage(client);
      await rejectUnknownAccounts(client);
      await rejectRepeatedSubscriptions(client);
      await rejectContradictedSubscriptions(client);
      const outcome = await compareSubscriptions(client);
      await refuseUpdatesWhileSettling(client, outcome);
      await applySubscriptions(client, fileName);
      return outcome;
    },
  };
}
