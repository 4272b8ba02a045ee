import { InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { parsePeriod } from "../billing/period.ts";
import { databaseVariables, healthVariables, logVariables } from "../platform/config.ts";

/** Variables of every job: where the database is, how much to log, where its metrics are. */
export const jobVariables = z.object({ ...databaseVariables, ...logVariables, ...healthVariables });

/** `--period YYYY-MM`, required. */
export function periodOption(): Option {
  const option = new Option("--period <YYYY-MM>", "billing period").makeOptionMandatory();
  return option.argParser((text) => {
    try {
      return parsePeriod(text).text;
    } catch (error) {
      throw new InvalidArgumentError((error as RangeError).message);
    }
  });
}

/** `--generation N`, required. */
export function generationOption(): Option {
  const option = new Option("--generation <number>", "generation of the period").makeOptionMandatory();
  return option.argParser(parseWholeNumber(1));
}

/** Parser of a whole number of at least `least`, for an option's value. */
export function parseWholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`must be a whole number of at least ${least}`);
    }
    return value;
  };
}
