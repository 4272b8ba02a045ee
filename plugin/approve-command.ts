import { Option, InvalidArgumentError, type Command } from "commander";
import { formatMinor } from "../billing/money/format-minor.ts";
import { approvalOf, type Approval } from "../crds/run-approval.ts";
import { ask } from "./ask.ts";
import { toRun, type Run } from "../crds/run-object.ts";
import { readRun, runAddress, type StoredRun } from "./billing-runs.ts";
import { isSameAmount } from "./same-amount.ts";
import { Refusal } from "./refusal.ts";
import { inSession, type Session } from "./session.ts";

interface Flags {
  readonly digest?: string;
  readonly yes?: boolean;
}

type Waiting = Approval & { readonly kind: "waiting" };

/** `approve RUN`: names the digest of the very result that was looked at; nothing is computed again. */
export function defineApprove(parent: Command): void {
  const command = parent
    .command("approve")
    .description("approve the result that a run waits with, by its digest")
    .argument("<run>", "name of the BillingRun")
    .addOption(
      new Option(
        "--digest <hex>",
        "digest that was looked at; refused if the run waits with another",
      ).argParser(parseDigest),
    )
    .option("-y, --yes", "do not ask");
  command.action((name: string, flags: Flags) =>
    inSession(command, (session) => approve(session, name, flags)),
  );
}

async function approve(session: Session, name: string, { digest, yes }: Flags): Promise<void> {
  const run = toRun(await readRun(session.kubernetes, session.namespace, name));
  const approval = approvalOf(run);
  if (approval.kind === "nothing") throw new Refusal(approval.why);
  if (digest !== undefined && digest !== approval.digest) {
    throw new Refusal(`${name} waits with digest ${approval.digest}, not with ${digest}: look at it again`);
  }
  if (!session.json) session.print(describe(run, approval));
  if (digest === undefined && yes !== true) await confirm(run);
  const changed = await session.kubernetes.mergePatch<StoredRun>(runAddress(session.namespace, name), {
    spec: { approvedDigest: approval.digest },
  });
  session.print(session.json ? JSON.stringify(changed, null, 2) : `${name} is approved`);
}

/** What is about to be approved. */
export function describe(run: Run, approval: Waiting): string {
  const { members, partitions } = run.status ?? {};
  const count = (value: number | undefined): string => (value ?? 0).toLocaleString("en");
  const consequence =
    approval.subject === "canary"
      ? `the other ${count((partitions?.total ?? 0) - (partitions?.succeeded ?? 0))} partitions are settled`
      : `these bills become live (messages: ${run.spec.dispatch.release})`;
  return [
    `Run       ${run.metadata.name}, period ${run.spec.period}, generation ${run.status?.generation ?? "-"}`,
    `Held by   ${approval.message.replace(/; approve digest .*/, "")}`,
    `Bills     ${count(members?.billed)} of ${count(members?.expected)} accounts, ` +
      `${count(members?.held)} held, ${count(members?.excluded)} not in the period`,
    `Amount    ${amountOf(run)}${approval.subject === "canary" ? " (canary only)" : ""}`,
    `Digest    ${approval.digest}`,
    `Then      ${consequence}`,
  ].join("\n");
}

function amountOf({ status }: Run): string {
  return status?.totals ? formatMinor(BigInt(status.totals.amountMinor), status.totals.currency) : "-";
}

async function confirm(run: Run): Promise<void> {
  const typed = await ask("Type the amount to approve it: ");
  if (!isSameAmount(typed, amountOf(run))) throw new Refusal("that is not the amount; not approved");
}

function parseDigest(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError("must be 64 hexadecimal digits");
  return text;
}
