import { Option, type Command } from "commander";
import { defineApprove } from "./approve-command.ts";
import { defineChanges } from "./change-command.ts";
import { defineCompletion } from "./completion-command.ts";
import { defineReports } from "./report-command.ts";
import { defineStatus } from "./status-command.ts";

/** `kubectl-billing`: what a person at a terminal wants of a BillingRun, as `kubectl billing …`. */
export function define(command: Command): void {
  command
    .option("-n, --namespace <name>", "namespace [that of the context]")
    .option("--context <name>", "context of the kubeconfig [its current one]")
    .option("--kubeconfig <file>", "kubeconfig [$KUBECONFIG, ~/.kube/config]")
    .addOption(new Option("-o, --output <format>", "answer for a program").choices(["json"]))
    .configureHelp({
      showGlobalOptions: true,
      commandUsage: (shown) => [...namesOf(shown), shown.usage()].join(" "),
    });
  defineStatus(command);
  defineReports(command);
  defineApprove(command);
  defineChanges(command);
  defineCompletion(command);
}

/** How a person calls it, whatever the program behind the plugin is called. */
function namesOf(command: Command): string[] {
  const name = command.name();
  return name === "kubectl-billing" || command.parent === null
    ? ["kubectl billing"]
    : [...namesOf(command.parent), name];
}
