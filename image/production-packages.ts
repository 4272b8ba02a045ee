import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Folders of the packages that the program at `root` needs at run time, found as Node finds them: its dependencies
 * and theirs, without those that `isLeftOut` names and whatever only they bring. Throws when one is not installed.
 */
export function productionPackages(root: string, isLeftOut: (name: string) => boolean): string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = manifestOf(folder);
    const maybe = { ...optionalDependencies, ...peerDependencies };
    for (const name of Object.keys({ ...dependencies, ...maybe })) {
      if (isLeftOut(name)) continue;
      const installed = resolve(folder, name, root);
      if (installed === null && !(name in maybe))
        throw new Error(`${name}, needed by ${folder}, is not installed`);
      if (installed === null || found.has(installed)) continue;
      found.add(installed);
      visit(installed);
    }
  };
  visit(root);
  return [...found].sort();
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

function resolve(from: string, name: string, root: string): string | null {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    if (folder === root) return null;
  }
}
