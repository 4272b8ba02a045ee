import type { Reason } from "../../crds/conditions.ts";
import type { Situation } from "./verdict.ts";

/** Why a run cannot begin, and what a person does about it. */
export interface Refusal {
  readonly reason: Reason;
  readonly message: string;
}

/** Why the run's messages could not be planned; null when they can, or there are none to be. */
export function policyRefusal({ run, observed: { policy } }: Situation): Refusal | null {
  if (policy?.kind !== "refused" || run.spec.dispatch.release === "None") return null;
  return { reason: policy.reason, message: policy.message };
}

const goesOn = "and the run goes on by itself";

/**
 * Why the run may not begin; null when it may, or has begun. A whole month without a single usage record is far more
 * likely an import that was forgotten than the truth, and bills without usage are wrong for everybody: it is refused
 * where there are accounts. Nobody to bill is no mistake of that kind: such a run ends with no bills.
 */
export function refusalOf({ run, observed }: Situation): Refusal | null {
  const { admission, ledger } = observed;
  if (ledger !== null) return null;
  // Also known again before promotion; but better now than after the bills of a million.
  const refused = policyRefusal({ run, observed });
  if (refused !== null) return refused;
  if (admission === null) return null;
  const { period, tariffRef } = run.spec;
  if (admission.nameTaken) {
    const { name } = run.metadata;
    const message =
      `the ledger keeps a run named "${name}", deleted or of another namespace, with what it billed; ` +
      `create this one under a new name, such as ${name}-2`;
    return { reason: "NameTaken", message };
  }
  if (!admission.tariffRecorded) {
    const tariff = `${tariffRef.name}@${tariffRef.version}`;
    const message = `tariff ${tariff} is not recorded; record it by \`tariff record FILE\`, ${goesOn}`;
    return { reason: "UnknownTariff", message };
  }
  if (admission.busyWith !== null) {
    const { run: other, generation } = admission.busyWith;
    const abandon = `ledger abandon --period ${period} --generation ${generation}`;
    const message =
      `run "${other}" is computing ${period} (generation ${generation}); finish or cancel it, ${goesOn}; ` +
      `if there is no such run any more, give its generation up by \`${abandon}\``;
    return { reason: "PeriodBusy", message };
  }
  if (admission.hasAccounts && !admission.hasUsage) {
    const message = `${period} has no usage record; import the month's usage, ${goesOn}`;
    return { reason: "NoUsage", message };
  }
  return null;
}
