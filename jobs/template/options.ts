import { userInfo } from "node:os";
import { InvalidArgumentError, Option, type Command } from "commander";
import { z } from "zod";
import { parsePeriod } from "../../billing/period.ts";
import type { TemplateName } from "../../database/templates/template-row.ts";
import { LOCALES } from "../../notification/templates/locale.ts";
import { TEMPLATE_CHANNELS } from "../../notification/templates/template-parts.ts";
import { databaseVariables, loadConfig, logVariables } from "../../platform/config.ts";
import { letterheadVariables } from "../../platform/letterhead-variables.ts";
import { parseWholeNumber } from "../job-options.ts";

const templateVariables = z.object({
  ...databaseVariables,
  ...logVariables,
  ...letterheadVariables,
  // It may read bills, but no member.
  DATABASE_ROLE: databaseVariables.DATABASE_ROLE.default("billing_template"),
});

/** The configuration of `template`: the letterhead is the consumers', so that a preview looks as the real message. */
export type TemplateConfig = z.output<typeof templateVariables>;

/** Reads it, or exits 78. */
export function templateConfig(): TemplateConfig {
  return loadConfig(templateVariables);
}

/** Which bills a template is tried on. */
export interface TrialOptions {
  readonly period: string | null;
  readonly bills: number;
  readonly seed: number;
}

/** Who does it, and why. */
export interface AuthorOptions {
  readonly as: string;
  readonly note: string;
}

/** `--set`, `--channel` and `--locale`. */
export function withName(command: Command): Command {
  const channels = new Option("--channel <name>", "whose message").choices([...TEMPLATE_CHANNELS]);
  const locales = new Option("--locale <code>", "language").choices([...LOCALES]);
  return command
    .addOption(new Option("--set <name>", "set of templates").argParser(parseSet).default("default"))
    .addOption(channels.makeOptionMandatory())
    .addOption(locales.makeOptionMandatory());
}

/** `--version`: a number, `draft` or `published`. */
export function versionOption(flag: string, description: string): Option {
  return new Option(`${flag} <number|draft|published>`, description).argParser((text) => {
    if (text === "draft" || text === "published") return text;
    return parseWholeNumber(1)(text);
  });
}

/** `--period`, `--bills` and `--seed`. */
export function withTrial(command: Command): Command {
  const period = new Option("--period <YYYY-MM>", "month whose live bills to try it on")
    .argParser(parseMonth)
    .default(null, "the newest with a live generation");
  return command
    .addOption(period)
    .addOption(count("--bills <number>", "how many, besides those at the edges; 0 = none", 200))
    .addOption(count("--seed <number>", "chooses the bills", 1));
}

/** `--as`. */
export function withAuthor(command: Command): Command {
  return command.option("--as <name>", "who does it", userInfo().username);
}

/** The name alone, of all options. */
export function nameOf({ set, channel, locale }: TemplateName): TemplateName {
  return { set, channel, locale };
}

function count(flags: string, description: string, otherwise: number): Option {
  return new Option(flags, description).argParser(parseWholeNumber(0)).default(otherwise);
}

function parseSet(text: string): string {
  if (/^[a-z][a-z0-9-]{0,62}$/.test(text)) return text;
  throw new InvalidArgumentError("must be small letters, digits and hyphens");
}

function parseMonth(text: string): string {
  try {
    return parsePeriod(text).text;
  } catch (error) {
    throw new InvalidArgumentError((error as RangeError).message);
  }
}
