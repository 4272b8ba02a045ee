import { Argument, type Command } from "commander";
import { billingRuns } from "./billing-runs.ts";
import { completionScript, shells, type Shell } from "./completion-scripts.ts";
import { completionsOf, type NameSource } from "./completions.ts";
import { openSession, type Session } from "./session.ts";

/** `completion SHELL`, and the hidden `__complete` that the scripts and kubectl ask. */
export function defineCompletion(parent: Command): void {
  parent
    .command("completion")
    .description("print a script that completes commands and names of runs")
    .addArgument(new Argument("<shell>", "which shell").choices(shells))
    .action((shell: Shell) => {
      process.stdout.write(`${completionScript(shell)}\n`);
    });
  const complete = parent.command("__complete", { hidden: true }).argument("[words...]");
  complete.action(async (words: readonly string[]) => {
    const found = await completionsOf(parent, words, namesOf(words, complete));
    process.stdout.write([...found, ":4", ""].join("\n"));
  });
}

/** Names of the cluster that the words before name. Whatever fails, completing stays silent. */
function namesOf(words: readonly string[], command: Command): NameSource {
  const flag = (...names: string[]): string | undefined => {
    const at = words.findIndex((word) => names.includes(word));
    return at === -1 ? undefined : words[at + 1];
  };
  const ask = async (
    question: (session: Session) => Promise<readonly string[]>,
  ): Promise<readonly string[]> => {
    try {
      const options = {
        namespace: flag("-n", "--namespace"),
        context: flag("--context"),
        kubeconfig: flag("--kubeconfig"),
      };
      for (const [name, value] of Object.entries(options)) {
        if (value !== undefined) command.setOptionValue(name, value);
      }
      return await question(openSession(command));
    } catch {
      return [];
    }
  };
  return {
    runs: () => ask(({ kubernetes, namespace }) => namesIn(kubernetes.list(billingRuns, { namespace }))),
    namespaces: () =>
      ask(({ kubernetes }) => namesIn(kubernetes.list({ group: "", version: "v1", plural: "namespaces" }))),
  };
}

async function namesIn(
  list: Promise<{ readonly items: readonly { readonly metadata: { readonly name: string } }[] }>,
): Promise<string[]> {
  return (await list).items.map(({ metadata }) => metadata.name);
}
