#!/usr/bin/env node
// assemble.ts DEST: lays out the program and its production packages as they stand in the image, below DEST/app.
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join, matchesGlob, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { contents, packageFilesLeftOut, packagesLeftOut } from "./contents.ts";
import { productionPackages } from "./production-packages.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Copies `path` of the repository into `app`, without the files that match a pattern relative to `base`. */
function place(app: string, path: string, base: string, leftOut: readonly string[]): void {
  const wanted = (source: string): boolean => {
    const name = relative(join(root, base), source);
    return !leftOut.some((pattern) => matchesGlob(name, pattern));
  };
  mkdirSync(dirname(join(app, path)), { recursive: true });
  cpSync(join(root, path), join(app, path), { recursive: true, filter: wanted, verbatimSymlinks: true });
}

function assemble(destination: string): void {
  const app = join(destination, "app");
  for (const path of [...contents.folders, ...contents.files]) {
    if (existsSync(join(root, path))) place(app, path, "", contents.leftOut);
  }
  const patterns = Object.keys(packagesLeftOut);
  const isLeftOut = (name: string): boolean => patterns.some((pattern) => matchesGlob(name, pattern));
  for (const folder of productionPackages(root, isLeftOut)) {
    // Nested packages are found by themselves, when something needs them.
    const nested = relative(join(root, "node_modules"), join(folder, "node_modules"));
    place(app, relative(root, folder), "node_modules", [...packageFilesLeftOut, nested]);
  }
}

const [destination] = process.argv.slice(2);
if (destination === undefined) {
  process.stderr.write("usage: assemble.ts DEST\n");
  process.exit(2);
}
assemble(destination);
