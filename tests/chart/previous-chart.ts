import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("previous/", import.meta.url);

/** Order of two versions by their numbers: 0.9.0 stands before 0.10.0. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}

/** The newest package of tests/chart/previous: the version that an upgrade comes from. */
export function previousChart(): { readonly path: string; readonly version: string } {
  const versions = globSync("billing-operator-*.tgz", { cwd: folder }).map((file) =>
    file.replace(/^billing-operator-|\.tgz$/g, ""),
  );
  const version = versions.sort(compareVersions).at(-1);
  if (version === undefined) throw new Error("tests/chart/previous has no package of the chart");
  return { path: fileURLToPath(new URL(`billing-operator-${version}.tgz`, folder)), version };
}
