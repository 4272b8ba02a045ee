import type { Argument, Command, Option } from "commander";

/** Where the names come from that only the cluster knows. */
export interface NameSource {
  readonly runs: () => Promise<readonly string[]>;
  readonly namespaces: () => Promise<readonly string[]>;
}

/**
 * What may stand in the place of the last of `words`, which are those behind the program's name. All is read from the
 * definitions of the commands, so that a new option needs no line here.
 */
export async function completionsOf(
  program: Command,
  words: readonly string[],
  names: NameSource,
): Promise<string[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const { command, positionals, pending } = walk(program, before);
  const all =
    pending !== null
      ? await valuesOf(pending, names)
      : current.startsWith("-")
        ? optionsOf(program, command)
        : await argumentsOf(program, command, positionals, names);
  return all.filter((candidate) => candidate.startsWith(current));
}

interface Position {
  readonly command: Command;
  /** How many arguments of `command` stand there already. */
  readonly positionals: number;
  /** The option whose value comes next. */
  readonly pending: Option | null;
}

function walk(program: Command, words: readonly string[]): Position {
  let position: Position = { command: program, positionals: 0, pending: null };
  for (const word of words) {
    const { command, positionals, pending } = position;
    if (pending !== null) position = { ...position, pending: null };
    else if (word.startsWith("-")) position = { ...position, pending: valueOption(program, command, word) };
    else {
      const next = command.commands.find((candidate) => candidate.name() === word);
      position =
        next === undefined
          ? { command, positionals: positionals + 1, pending: null }
          : { command: next, positionals: 0, pending: null };
    }
  }
  return position;
}

function valueOption(program: Command, command: Command, word: string): Option | null {
  if (word.includes("=")) return null;
  const option = [...command.options, ...program.options].find(
    ({ short, long }) => word === short || word === long,
  );
  return option?.required === true ? option : null;
}

function optionsOf(program: Command, command: Command): string[] {
  const options = new Set([...command.options, ...program.options].flatMap(({ long }) => long ?? []));
  return [...options, "--help"].sort();
}

async function valuesOf(option: Option, names: NameSource): Promise<readonly string[]> {
  if (option.argChoices !== undefined) return option.argChoices;
  return option.long === "--namespace" ? await names.namespaces() : [];
}

async function argumentsOf(
  program: Command,
  command: Command,
  positionals: number,
  names: NameSource,
): Promise<readonly string[]> {
  if (command === program) {
    return program.commands.map((candidate) => candidate.name()).filter((name) => !name.startsWith("_"));
  }
  const argument: Argument | undefined = command.registeredArguments[positionals];
  if (argument?.argChoices !== undefined) return argument.argChoices;
  return argument?.name() === "run" ? await names.runs() : [];
}
