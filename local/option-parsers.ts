import { InvalidArgumentError } from "commander";
import { parsePeriod } from "../billing/period.ts";

/** kafkajs 2.2.4 computes a timeout below zero on Node 24, without consequence; it would stand among the bars. */
export function dropKafkaWarning(): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "TimeoutNegativeWarning")
      process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
}

/** Parser of a whole number of at least so much. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && text.trim() !== "" && value >= least) return value;
    throw new InvalidArgumentError(`must be a whole number of at least ${least}`);
  };
}

/** Parser of a number from 0 to 1. */
export function fraction(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError("must be a number from 0 to 1");
}

/** Parser of a month, `YYYY-MM`. */
export function period(text: string): string {
  try {
    return parsePeriod(text).text;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
