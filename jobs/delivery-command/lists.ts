import type { Command } from "commander";
import { billTimeline } from "../../database/commands/bill-timeline.ts";
import { countDeadLetters } from "../../database/dead-letters/count-dead-letters.ts";
import { listDeadLetters, type DeadLetter } from "../../database/dead-letters/list-dead-letters.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import type { JobContext } from "../run-job.ts";
import { runLook } from "./run-look.ts";
import { openSealed } from "./open-sealed.ts";
import {
  letterFilter,
  limitOption,
  countOption,
  parseNumbers,
  requiredReason,
  withAudit,
  withLetterFilter,
  withOutput,
  type AuditOptions,
  type LetterOptions,
  type OutputOption,
} from "./options.ts";

const countedAtMost = 100_000;

interface ListOptions extends AuditOptions, LetterOptions {
  readonly count?: boolean;
  readonly contacts?: boolean;
  readonly redriven?: boolean;
  readonly after?: number;
  readonly limit: number;
}

/** `dead-letters`, `payload` and `timeline`: what is only looked at. */
export function defineLists(delivery: Command): void {
  withLetterFilter(withAudit(delivery.command("dead-letters")))
    .description("list messages that were given up, or count them")
    .option("--count", "how many by channel and cause")
    .option("--contacts", "with the masked address; needs ENCRYPTION_KEYS and --reason, and is audited")
    .option("--redriven", "also those that were redriven")
    .addOption(countOption("--after <id>", "from the one after this on: the next page"))
    .addOption(limitOption("a page", 50))
    .action((options: ListOptions) =>
      runLook("dead-letters", (job) => (options.count === true ? count(job, options) : list(job, options))),
    );
  withAudit(delivery.command("payload"))
    .description("open what was to be sent; needs ENCRYPTION_KEYS and --reason, and is audited")
    .argument("<id>", "number of the dead letter")
    .action((id: string, options: AuditOptions) => runLook("payload", (job) => payload(job, id, options)));
  withOutput(delivery.command("timeline"))
    .description("all that happened to the messages of one bill")
    .argument("<bill>", "number of the bill")
    .action((bill: string, options: OutputOption) =>
      runLook("timeline", (job) => timeline(job, parseNumbers([bill])[0] ?? 0, options)),
    );
}

async function list(job: JobContext, options: ListOptions): Promise<ExitCode> {
  const reason = options.contacts === true ? requiredReason(options) : "";
  const client = await job.connect();
  const filter = { ...letterFilter(options), redriven: options.redriven === true };
  const page = { afterId: options.after ?? 0, limit: options.limit };
  const letters = await listDeadLetters(client, filter, page);
  const asked = { actor: options.as, reason, action: "dead-letters.contacts" };
  const ids = letters.map(({ id }) => id);
  const contacts = new Map<number, string>();
  if (reason !== "") {
    for (const [id, { masked }] of await openSealed(client, ids, asked)) contacts.set(id, masked);
  }
  const shown = letters.map((letter) => ({ ...letter, contact: contacts.get(letter.id) ?? null }));
  const next = letters.length === options.limit ? (letters.at(-1)?.id ?? null) : null;
  if (options.output === "json") {
    job.print(JSON.stringify({ deadLetters: shown, next }));
    return ExitCode.done;
  }
  job.print("id\tbill\tmessage\tchannel\tcause\tdied\tcontact");
  for (const letter of shown) job.print(lineOf(letter));
  if (next !== null) job.print(`More: --after ${next}`);
  return ExitCode.done;
}

function lineOf(letter: DeadLetter & { readonly contact: string | null }): string {
  const { id, billId, generation, messageGeneration, channel, cause, diedAt, hasPayload } = letter;
  const contact = letter.contact ?? (hasPayload ? "sealed" : "-");
  const message = `g${generation}:m${messageGeneration}`;
  return [id, billId, message, channel, cause, diedAt.toISOString(), contact].join("\t");
}

async function payload(job: JobContext, id: string, options: AuditOptions): Promise<ExitCode> {
  const asked = { actor: options.as, reason: requiredReason(options), action: "dead-letter.payload" };
  const ids = parseNumbers([id]);
  const opened = await openSealed(await job.connect(), ids, asked);
  const found = opened.get(ids[0] ?? 0);
  if (found === undefined) {
    throw new PermanentError(
      "no-payload",
      `dead letter ${id} has no payload, or there is none of that number`,
    );
  }
  job.print(JSON.stringify(found, null, options.output === "json" ? 0 : 2));
  return ExitCode.done;
}

async function count(job: JobContext, options: ListOptions): Promise<ExitCode> {
  const filter = { ...letterFilter(options), redriven: options.redriven === true };
  const { counts, atLeast } = await countDeadLetters(await job.connect(), filter, countedAtMost);
  if (options.output === "json") job.print(JSON.stringify({ counts, atLeast }));
  else {
    for (const { channel, cause, letters } of counts) job.print(`${letters}\t${channel}\t${cause}`);
    if (atLeast) job.print(`Only the first ${countedAtMost} were counted.`);
  }
  return ExitCode.done;
}

async function timeline(job: JobContext, billId: number, { output }: OutputOption): Promise<ExitCode> {
  const entries = await billTimeline(await job.connect(), billId);
  if (entries.length === 0) {
    throw new PermanentError(
      "no-messages",
      `bill ${billId} has no messages; it has one once its month is promoted`,
    );
  }
  if (output === "json") job.print(JSON.stringify({ billId, entries }));
  else {
    for (const { at, generation, messageGeneration, kind, channel, what, detail } of entries) {
      job.print(
        [at.toISOString(), `g${generation}:m${messageGeneration}`, kind, channel, what, detail].join("\t"),
      );
    }
  }
  return ExitCode.done;
}
