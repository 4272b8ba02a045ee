import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import { parsePeriod } from "../../billing/period.ts";
import type { DeadLetterFilter } from "../../database/dead-letters/filter.ts";
import { CHANNELS } from "../../notification/channel.ts";
import { databaseVariables, encryptionVariables, logVariables } from "../../platform/config.ts";
import { PermanentError } from "../../platform/errors.ts";
import { given } from "../../platform/given.ts";
import { parseWholeNumber } from "../job-options.ts";

/** Variables of `delivery`. The keys are needed to open what is sealed, and for nothing else. */
export const deliveryVariables = z.object({
  ...databaseVariables,
  ...logVariables,
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_admin"),
  ENCRYPTION_KEYS: encryptionVariables.ENCRYPTION_KEYS.optional(),
});

/** How the answer is printed. */
export interface OutputOption {
  readonly output: "text" | "json";
}

/** Options of everything that is audited. */
export interface AuditOptions extends OutputOption {
  readonly reason: string;
  readonly as: string;
}

/** Options of everything that changes something. */
export interface CommandOptions extends AuditOptions {
  readonly commandId: string;
  readonly dryRun?: boolean;
}

/** `-o text|json`. */
export function withOutput(command: Command): Command {
  return command.addOption(
    new Option("-o, --output <form>", "how to print").choices(["text", "json"]).default("text"),
  );
}

/** `--reason`, `--as` and `-o`. */
export function withAudit(command: Command): Command {
  return withOutput(command)
    .option("--reason <text>", "why; kept for good", "")
    .option("--as <name>", "who orders it", userInfo().username);
}

/** All of `CommandOptions`. */
export function withCommand(command: Command): Command {
  const id = new Option("--command-id <uuid>", "the same id is executed once, however often it is given")
    .argParser(parseUuid)
    .default(randomUUID(), "a new one, printed");
  return withAudit(command).addOption(id).option("--dry-run", "say what would happen, and change nothing");
}

/** Options that choose dead letters. */
export interface LetterOptions {
  readonly channel?: string;
  readonly cause?: string;
  readonly period?: string;
  readonly generation?: number;
  readonly run?: string;
  readonly diedFrom?: string;
  readonly diedBefore?: string;
}

/** The filters of dead letters. */
export function withLetterFilter(command: Command): Command {
  return command
    .addOption(channelOption("only of this channel, the last that was tried"))
    .option(
      "--cause <code>",
      "only of this cause: no-contact, permanent, exhausted, bounced, unknown-outcome",
    )
    .addOption(monthOption("only bills of this month"))
    .addOption(countOption("--generation <number>", "only of this generation of the month"))
    .option("--run <name>", "only bills of this BillingRun")
    .addOption(instantOption("--died-from <instant>", "only those given up at this instant or later"))
    .addOption(instantOption("--died-before <instant>", "only those given up before"));
}

/** The filters that were given, and no others. */
export function letterFilter(options: LetterOptions): DeadLetterFilter {
  const { channel, cause, period, generation, run, diedFrom, diedBefore } = options;
  return given({ channel, cause, period, generation, run, diedFrom, diedBefore });
}

/** The reason, which this command cannot do without. */
export function requiredReason({ reason }: AuditOptions): string {
  if (reason.trim() === "") throw usageError("this needs --reason: say why, it is kept");
  return reason;
}

/** A command that cannot be understood, with what to do about it. */
export function usageError(message: string): PermanentError {
  return new PermanentError("usage", message);
}

/** `--channel`. */
export function channelOption(description: string, flag = "--channel"): Option {
  return new Option(`${flag} <name>`, description).choices([...CHANNELS]);
}

/** `--period YYYY-MM`, not required. */
export function monthOption(description: string): Option {
  return new Option("--period <YYYY-MM>", description).argParser((text) => {
    try {
      return parsePeriod(text).text;
    } catch (error) {
      throw new InvalidArgumentError((error as RangeError).message);
    }
  });
}

/** An option that takes a whole number from 1. */
export function countOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser(parseWholeNumber(1));
}

/** `--limit`, of what one command or page takes. */
export function limitOption(description: string, otherwise: number): Option {
  return countOption("--limit <number>", description).default(otherwise);
}

/** Numbers given as arguments, one after the other. */
export function parseNumbers(texts: readonly string[]): readonly number[] {
  return texts.map((text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(number) && number > 0) return number;
    throw usageError(`"${text}" is no number of a bill or a letter`);
  });
}

/** An option that takes an instant. */
export function instantOption(flags: string, description: string): Option {
  return new Option(flags, `${description} (ISO 8601)`).argParser((text) => {
    const ms = Date.parse(text);
    if (Number.isNaN(ms))
      throw new InvalidArgumentError("must be an instant, e.g. 2026-11-02T09:00:00+09:00");
    return new Date(ms).toISOString();
  });
}

function parseUuid(text: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) {
    throw new InvalidArgumentError("must be a UUID");
  }
  return text.toLowerCase();
}
