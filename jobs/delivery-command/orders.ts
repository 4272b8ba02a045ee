import type { Command } from "commander";
import type { MessageTargetFilter } from "../../database/commands/message-targets.ts";
import type { DeadLetterFilter } from "../../database/dead-letters/filter.ts";
import type { MoveOrder } from "../../desk/orders/give-order.ts";
import type { Channel } from "../../notification/channel.ts";
import type { DeliveryOrder } from "../../notification/delivery-order.ts";
import { loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { given } from "../../platform/given.ts";
import { runJob } from "../run-job.ts";
import { instantOf } from "../instant.ts";
import { giveCommand } from "./give-command.ts";
import { moveCommand } from "./move-order.ts";
import {
  channelOption,
  countOption,
  deliveryVariables,
  letterFilter,
  limitOption,
  monthOption,
  parseNumbers,
  requiredReason,
  usageError,
  withCommand,
  withLetterFilter,
  type CommandOptions,
  type LetterOptions,
} from "./options.ts";

/** What one command moves at most, unless told otherwise: its transaction holds the rows until it commits. */
const movedByDefault = 100_000;

interface LetterOrderOptions extends CommandOptions, LetterOptions {
  readonly all?: boolean;
  readonly limit: number;
  readonly to: Channel;
  readonly evenIfMaybeSent?: boolean;
}

interface BillOrderOptions extends CommandOptions {
  readonly member?: number;
  readonly period?: string;
  readonly evenInQuietHours?: boolean;
}

interface ReserveOptions extends BillOrderOptions {
  readonly at: string;
  readonly zone?: string;
}

interface CancelOptions extends CommandOptions, Omit<MessageTargetFilter, "reason" | "among"> {
  readonly waitingFor?: string;
  readonly limit: number;
}

/** `redrive`, `convert`, `force`, `reserve`, `resend` and `cancel`. */
export function defineOrders(delivery: Command): void {
  letterOrder(delivery, "redrive", "dead messages once more, as new ones, planned as of today").action(
    (ids: readonly string[], options: LetterOrderOptions) =>
      give("redrive", options, () =>
        ofLetters(ids, options, { kind: "redrive", evenIfMaybeSent: options.evenIfMaybeSent === true }),
      ),
  );
  letterOrder(delivery, "convert", "dead messages once more, over another channel only")
    .addOption(channelOption("the channel they are sent over", "--to").default("sms"))
    .action((ids: readonly string[], options: LetterOrderOptions) =>
      give("convert", options, () => {
        const evenIfMaybeSent = options.evenIfMaybeSent === true;
        return ofLetters(ids, options, { kind: "convert", channel: options.to, evenIfMaybeSent });
      }),
    );
  billOrder(delivery, "force", "send a scheduled message now, whatever the send day")
    .option("--even-in-quiet-hours", "also when the member should not be disturbed; needs --reason")
    .action((bills: readonly string[], options: BillOrderOptions) =>
      give("force", options, () => {
        const evenInQuietHours = options.evenInQuietHours === true;
        const why = evenInQuietHours ? requiredReason(options) : options.reason;
        return ofBills(bills, options, { kind: "force", evenInQuietHours, why });
      }),
    );
  defineReserve(delivery);
  billOrder(delivery, "resend", "a message that arrived once more; needs --reason").action(
    (bills: readonly string[], options: BillOrderOptions) =>
      give("resend", options, () =>
        ofBills(bills, options, { kind: "resend", why: requiredReason(options) }),
      ),
  );
  defineCancel(delivery);
}

function defineReserve(delivery: Command): void {
  billOrder(delivery, "reserve", "send a scheduled message at this instant, whatever the send day")
    .requiredOption("--at <instant>", "2026-11-05T09:00+09:00, or without offset and with --zone")
    .option("--zone <name>", "IANA zone that --at is a time of, such as Asia/Seoul")
    .option("--even-in-quiet-hours", "also when the member should not be disturbed; needs --reason")
    .action((bills: readonly string[], options: ReserveOptions) =>
      give("reserve", options, () => {
        const evenInQuietHours = options.evenInQuietHours === true;
        const why = evenInQuietHours ? requiredReason(options) : options.reason;
        const atMs = instantOf(options.at, options.zone);
        return ofBills(bills, options, { kind: "reserve", atMs, evenInQuietHours, why });
      }),
    );
}

function defineCancel(delivery: Command): void {
  withCommand(delivery.command("cancel"))
    .description(
      "give up messages of one generation that are under way; what is being sent is not called back",
    )
    .addOption(monthOption("of this month").makeOptionMandatory())
    .addOption(countOption("--generation <number>", "of this generation").makeOptionMandatory())
    .addOption(channelOption("only those to be sent over this channel next"))
    .option("--state <state>", "only those in this state: SCHEDULED, QUEUED, SENDING, UNKNOWN")
    .option("--waiting-for <code>", "only those that wait for this: send-day, quiet-hours, retry, …")
    .addOption(limitOption("at most so many", movedByDefault))
    .action((options: CancelOptions) =>
      give("cancel", options, () => {
        const { period, generation, channel, state, waitingFor, limit } = options;
        const filter = { period, generation, ...given({ channel, state, reason: waitingFor }) };
        return { order: { kind: "cancel" }, target: { filter, limit } };
      }),
    );
}

function letterOrder(delivery: Command, name: string, description: string): Command {
  return withLetterFilter(withCommand(delivery.command(name)))
    .description(description)
    .argument("[ids...]", "numbers of dead letters, as `dead-letters` lists them")
    .option("--all", "every open one that the filters leave")
    .option("--even-if-maybe-sent", "also those that may have arrived")
    .addOption(limitOption("at most so many", movedByDefault));
}

function billOrder(delivery: Command, name: string, description: string): Command {
  return withCommand(delivery.command(name))
    .description(description)
    .argument("[bills...]", "numbers of bills")
    .addOption(countOption("--member <number>", "the bills of this member, with --period"))
    .addOption(monthOption("of this month"));
}

function ofLetters(ids: readonly string[], options: LetterOrderOptions, order: DeliveryOrder): MoveOrder {
  const filter = letterFilter(options);
  const chosen = ids.length > 0 || options.all === true || Object.keys(filter).length > 0;
  if (!chosen) throw usageError("which? Give numbers of dead letters, filters, or --all");
  if (ids.length > 0 && (options.all === true || Object.keys(filter).length > 0)) {
    throw usageError("give numbers, or filters, not both");
  }
  // One that was redriven meanwhile is named as such, not skipped.
  const wanted: DeadLetterFilter = ids.length > 0 ? { ids: parseNumbers(ids), redriven: true } : filter;
  return { order, target: { letters: wanted, limit: options.limit } };
}

function ofBills(
  bills: readonly string[],
  { member, period }: BillOrderOptions,
  order: DeliveryOrder,
): MoveOrder {
  if (member === undefined) {
    if (bills.length === 0) throw usageError("which? Give numbers of bills, or --member with --period");
    return { order, target: { bills: parseNumbers(bills) } };
  }
  if (period === undefined || bills.length > 0)
    throw usageError("--member goes with --period, and without bills");
  return { order, target: { member, period } };
}

/** The order is read inside the job, so that what is wrong with it is told as every other refusal. */
async function give(kind: string, options: CommandOptions, read: () => MoveOrder): Promise<void> {
  await runJob(
    {
      name: `delivery-${kind}`,
      config: loadConfig(deliveryVariables),
      onPermanent: ExitCode.jobHopeless,
      batch: null,
    },
    (job) => giveCommand(job, options, moveCommand(read())),
  );
}
