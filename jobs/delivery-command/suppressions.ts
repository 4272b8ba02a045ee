import { Option, type Command } from "commander";
import type { Effect } from "../../database/commands/execute-command.ts";
import { memberColumn } from "../../database/deliverable-bills/contact-address.ts";
import type { SuppressionFilter } from "../../database/suppressions/filter.ts";
import { liftSuppressions, type LiftTally } from "../../database/suppressions/lift-suppressions.ts";
import { listSuppressions, type Suppression } from "../../database/suppressions/list-suppressions.ts";
import { readSuppressedContacts } from "../../database/suppressions/read-suppressed-contacts.ts";
import { loadConfig } from "../../platform/config.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { given } from "../../platform/given.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import { maskField } from "../import/mask-field.ts";
import type { JobContext } from "../run-job.ts";
import { runLook } from "./run-look.ts";
import { giveCommand, type GivenCommand } from "./give-command.ts";
import {
  channelOption,
  countOption,
  deliveryVariables,
  instantOption,
  limitOption,
  parseNumbers,
  requiredReason,
  usageError,
  withAudit,
  withCommand,
  type AuditOptions,
  type CommandOptions,
} from "./options.ts";

const liftedByDefault = 100_000;

interface FilterOptions {
  readonly channel?: string;
  readonly cause?: string;
  readonly source?: string;
  readonly member?: number;
  readonly suppressedFrom?: string;
  readonly suppressedBefore?: string;
}

interface ListOptions extends AuditOptions, FilterOptions {
  readonly contacts?: boolean;
  readonly after?: number;
  readonly limit: number;
}

interface LiftOptions extends CommandOptions, FilterOptions {
  readonly all?: boolean;
  readonly limit: number;
}

/** `suppressions` and `lift`: addresses that nothing is sent to, and using them again. */
export function defineSuppressions(delivery: Command): void {
  withFilter(withAudit(delivery.command("suppressions")))
    .description("list addresses that bounced or complained, and that nothing is sent to")
    .option("--contacts", "with the masked address; needs ENCRYPTION_KEYS and --reason, and is audited")
    .addOption(countOption("--after <id>", "from the one after this on: the next page"))
    .addOption(limitOption("a page", 50))
    .action((options: ListOptions) => runLook("suppressions", (job) => list(job, options)));
  withFilter(withCommand(delivery.command("lift")))
    .description("use suppressed addresses again; needs --reason")
    .argument("[ids...]", "numbers of suppressions, as `suppressions` lists them")
    .option("--all", "every one that the filters leave")
    .addOption(limitOption("at most so many", liftedByDefault))
    .action((ids: readonly string[], options: LiftOptions) =>
      runLook("lift", (job) => {
        requiredReason(options);
        return giveCommand(job, options, liftCommand(chosen(ids, options), options.limit));
      }),
    );
}

function withFilter(command: Command): Command {
  return command
    .addOption(channelOption("only of this channel"))
    .addOption(new Option("--cause <code>", "only of this cause").choices(["hard-bounce", "complaint"]))
    .option("--source <name>", "only those that this provider told of")
    .addOption(countOption("--member <number>", "only addresses of this member"))
    .addOption(instantOption("--suppressed-from <instant>", "only those suppressed at this instant or later"))
    .addOption(instantOption("--suppressed-before <instant>", "only those suppressed before"));
}

function filterOf(options: FilterOptions): SuppressionFilter {
  const { channel, cause, source, member, suppressedFrom: from, suppressedBefore: before } = options;
  return given({ channel, cause, source, member, from, before });
}

function chosen(ids: readonly string[], options: LiftOptions): SuppressionFilter {
  const filter = filterOf(options);
  const filtered = options.all === true || Object.keys(filter).length > 0;
  if (ids.length === 0 && !filtered)
    throw usageError("which? Give numbers of suppressions, filters, or --all");
  if (ids.length > 0 && filtered) throw usageError("give numbers, or filters, not both");
  return ids.length > 0 ? { ids: parseNumbers(ids) } : filter;
}

function liftCommand(filter: SuppressionFilter, limit: number): GivenCommand<LiftTally> {
  const work = async (client: Client, commandId: string | null): Promise<Effect<LiftTally>> => {
    const answer = await liftSuppressions(client, filter, { limit, commandId });
    return { state: answer.lifted === 0 ? "refused" : "done", answer };
  };
  return {
    kind: "lift",
    body: { suppressions: filter, limit },
    effect: (client, commandId) => work(client, commandId),
    foresee: (client) => work(client, null),
    describe: ({ lifted, byCause, more }) => [
      lifted === 0 ? "lifted: 0; none of these is in force" : `lifted: ${lifted}`,
      ...Object.entries(byCause).map(([cause, count]) => `  ${count} ${cause}`),
      ...(more ? ["There are more: give the command again, under another id."] : []),
    ],
  };
}

async function list(job: JobContext, options: ListOptions): Promise<ExitCode> {
  const reason = options.contacts === true ? requiredReason(options) : "";
  const client = await job.connect();
  const page = { afterId: options.after ?? 0, limit: options.limit };
  const found = await listSuppressions(client, filterOf(options), page);
  const contacts = reason === "" ? new Map<number, string>() : await maskedContacts(client, found, options);
  const shown = found.map((one) => ({ ...one, contact: contacts.get(one.id) ?? null }));
  const next = found.length === options.limit ? (found.at(-1)?.id ?? null) : null;
  if (options.output === "json") {
    job.print(JSON.stringify({ suppressions: shown, next }));
    return ExitCode.done;
  }
  job.print("id\tchannel\tcause\tcode\tsource\tbill\tsuppressed\tmembers\tcontact");
  for (const { id, channel, cause, code, source, billId, suppressedAt, memberIds, contact } of shown) {
    const whose = [suppressedAt.toISOString(), memberIds.join(",") || "-", contact ?? "sealed"];
    job.print([id, channel, cause, code || "-", source, billId, ...whose].join("\t"));
  }
  if (next !== null) job.print(`More: --after ${next}`);
  return ExitCode.done;
}

/** The addresses, masked, by suppression; after it was audited who asked and why. */
async function maskedContacts(
  client: Client,
  found: readonly Suppression[],
  { as: actor, reason }: AuditOptions,
): Promise<Map<number, string>> {
  const { ENCRYPTION_KEYS } = loadConfig(deliveryVariables);
  if (ENCRYPTION_KEYS === undefined) {
    throw new PermanentError("no-key", "addresses are sealed; set ENCRYPTION_KEYS to see them masked");
  }
  const cipher = createColumnCipher(ENCRYPTION_KEYS, "");
  const ids = found.map(({ id }) => id);
  const sealed = await inTransactionOn(client, () => readSuppressedContacts(client, ids, { actor, reason }));
  return new Map(
    sealed.map(({ id, memberId, contact, contactEncrypted }) => {
      const column = contact === "pushToken" ? "push_token" : contact;
      return [id, maskField(column, cipher.decrypt(contactEncrypted, memberColumn(column, memberId)))];
    }),
  );
}
