import type { DeliveryHold } from "../../database/run-ledger/ledger-facts.ts";

const causes: Readonly<Record<DeliveryHold, string>> = {
  "never-armed": "delivery was never armed in this database",
  "by-order": "a person holds it",
  "went-back": "the database server has gone back to an earlier state",
  "other-server":
    "the database stands on another server than delivery was armed on, as after a dump was loaded",
  "other-timeline": "the database was recovered from a backup, or a standby was promoted",
};

/** Why nothing is sent, and what a person does about it. */
export function holdSentence(cause: DeliveryHold): string {
  const why = causes[cause];
  return `nothing is sent: ${why}; compare what is open with the provider's log, then order \`delivery arm --reason …\``;
}
