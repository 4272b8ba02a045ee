import { InvalidArgumentError, Option } from "commander";
import type { NotificationPolicy } from "../notification/policy.ts";
import { readPolicy } from "../notification/read-policy.ts";

/** `--policy <json>`: a notification policy as what differs from the default; every problem of it is told at once. */
export function policyOption(description: string): Option {
  return new Option("--policy <json>", `${description}: what differs from the default`).argParser(
    parsePolicy,
  );
}

function parsePolicy(text: string): NotificationPolicy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new InvalidArgumentError("must be JSON");
  }
  const reading = readPolicy(document);
  if (reading.kind === "invalid") throw new InvalidArgumentError(reading.problems.join("; "));
  return reading.policy;
}
