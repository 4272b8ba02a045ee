import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CHANNEL_NAMES } from "../../notification/channels/registry.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = ["README.md", ...globSync("docs/**/*.md", { cwd: root })].sort();
const folders = globSync("*/", { cwd: root }).filter((name) => !["node_modules", "coverage"].includes(name));

/** Written by runs, never committed. */
const writtenByRuns = /^(\.local|bench\/results)(\/|$)/;

const read = (page: string): string => readFileSync(join(root, page), "utf8");

/** The page without its fenced blocks: what stands there is output or code, not a reference. */
const proseOf = (page: string): string => read(page).replace(/^```[\s\S]*?^```/gm, "");

/** A heading's anchor as GitHub makes it. */
function anchorsOf(page: string): Set<string> {
  const headings = [...proseOf(page).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] ?? "");
  return new Set(headings.map((text) => anchorOf(text.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1"))));
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
    .replaceAll(" ", "-");
}

/** What is wrong with one link of a page, or null. */
function linkProblem(page: string, link: string): string | null {
  const [path = "", anchor = ""] = link.split("#");
  const target = path === "" ? page : relative(root, join(root, dirname(page), decodeURI(path)));
  if (!existsSync(join(root, target))) return `${page}: ${link} leads nowhere`;
  if (anchor === "" || !target.endsWith(".md")) return null;
  return anchorsOf(target).has(anchor) ? null : `${page}: ${link} has no such heading`;
}

/** Code spans that name a place in the repository: below one of its folders, or a file at its top. */
function pathsOf(page: string): string[] {
  const unlinked = proseOf(page).replace(/\[[^\]]*\]\([^)]*\)/g, "");
  const spans = [...unlinked.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? "");
  return spans.filter((span) => {
    const [first = ""] = span.split("/");
    const below = span.includes("/") && folders.includes(first);
    return (below && /^[\w./*{},-]+$/.test(span)) || /^[\w-]+\.(ts|js|json|md)$/.test(span);
  });
}

test("every relative link leads to a file, and to a heading it has", () => {
  const problems = pages.flatMap((page) =>
    [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1] ?? "")
      .filter((link) => !/^[a-z]+:/.test(link))
      .flatMap((link) => linkProblem(page, link) ?? []),
  );
  assert.deepEqual(problems, []);
});

test("every path in a code span exists", () => {
  const problems = pages.flatMap((page) =>
    pathsOf(page)
      .filter((path) => !writtenByRuns.test(path) && globSync(path, { cwd: root }).length === 0)
      // A page may name a neighbour by its file name alone.
      .filter((path) => path.includes("/") || !existsSync(join(root, dirname(page), path)))
      .map((path) => `${page}: ${path} does not exist`),
  );
  assert.deepEqual(problems, []);
});

test("every command named exists: targets of make, subcommands of the program", () => {
  const targets = new Set([...read("Makefile").matchAll(/^([a-z]+):/gm)].map((match) => match[1]));
  const listed = [...read("main.ts").matchAll(/^ {2}"?([a-z-]+)"?: \{/gm)].map((match) => match[1]);
  const subcommands = new Set([...listed, ...CHANNEL_NAMES]);
  const problems = pages.flatMap((page) => [
    ...unknown(page, /(?:^|`)make ([a-z]+)(?![\w+])/gm, targets),
    ...unknown(page, /node main\.ts ([a-z-]+)/g, subcommands),
  ]);
  assert.deepEqual(problems, []);
});

test("every test that a fault is said to be shown by exists", () => {
  const references = [
    ...read("docs/failure-modes.md").matchAll(/`([\w./-]+\.test\.ts)`((?:,?\s+(?:and\s+)?_[^_]+_)+)/g),
  ];
  assert.ok(references.length > 10, "the page names its tests in another form");
  const missing = references.flatMap(([, file = "", titles = ""]) => {
    const source = read(file);
    const named = [...titles.matchAll(/_([^_]+)_/g)].map((match) => (match[1] ?? "").replace(/\s+/g, " "));
    return named.filter((title) => !source.includes(title)).map((title) => `${file}: ${title}`);
  });
  assert.deepEqual(missing, []);
});

function unknown(page: string, pattern: RegExp, known: ReadonlySet<string | undefined>): string[] {
  return [...read(page).matchAll(pattern)]
    .filter((match) => !known.has(match[1]))
    .map((match) => `${page}: "${match[0].trim()}" is no command`);
}

test("every page of docs/ is in its index, and every decision in that of adr/", () => {
  for (const folder of ["docs", "docs/adr"]) {
    const index = read(`${folder}/README.md`);
    const missing = globSync("*.md", { cwd: join(root, folder) })
      .filter((name) => name !== "README.md" && statSync(join(root, folder, name)).isFile())
      .filter((name) => !index.includes(`(${name})`));
    assert.deepEqual(missing, [], `not in ${folder}/README.md`);
  }
});
