import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripTypes } from "./strip-types.ts";

/** One file as a browser gets it. */
export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

/** All files of the dashboard. The version is the hash of them all: an address never changes what it shows. */
export interface Assets {
  readonly version: string;
  /** By the path below `/assets/<version>/`. */
  readonly files: ReadonlyMap<string, Asset>;
}

const folder = fileURLToPath(new URL("browser", import.meta.url));
const fileOf = (specifier: string): string => fileURLToPath(import.meta.resolve(specifier));
const besideUplot = (name: string): string => join(dirname(fileOf("uplot")), name);

/** Packages that run in the browser: how our code imports them, what they are called when served, and their file. */
const vendored = [
  { bare: "preact", path: "vendor/preact.js", file: fileOf("preact") },
  { bare: "preact/hooks", path: "vendor/preact-hooks.js", file: fileOf("preact/hooks") },
  { bare: "htm", path: "vendor/htm.js", file: fileOf("htm") },
  { bare: "uplot", path: "vendor/uplot.js", file: besideUplot("uPlot.esm.js") },
] as const;

const stylesheets = [{ path: "vendor/uplot.css", file: besideUplot("uPlot.min.css") }];
const types: Readonly<Record<string, string>> = {
  ts: "text/javascript; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

let loaded: Assets | undefined;

/** Every file, read, stripped and hashed once a process. */
export function loadAssets(): Assets {
  loaded ??= readAssets();
  return loaded;
}

function readAssets(): Assets {
  const sources = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const path = name.replaceAll("\\", "/");
    if (!/\.(ts|js|css|svg)$/.test(path) || /\.(d|test)\.ts$/.test(path)) continue;
    const source = readFileSync(join(folder, name), "utf8");
    sources.set(path, path.endsWith(".ts") ? stripTypes(source) : source);
  }
  for (const { path, file } of [...vendored, ...stylesheets]) sources.set(path, readFileSync(file, "utf8"));
  const all = createHash("sha256");
  for (const [path, source] of sources) all.update(`${path}\0${source}\0`);
  const version = all.digest("base64url").slice(0, 12);
  const files = new Map(
    [...sources].map(([path, source]) => [path, toAsset(path, importsByPath(source, version))] as const),
  );
  return { version, files };
}

function toAsset(path: string, text: string): Asset {
  const body = Buffer.from(text.replaceAll(/^\/\/# sourceMappingURL=.*$/gm, ""));
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 27)}"`;
  return { type: types[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream", body, etag };
}

/** A map of imports would be an inline script, which the content security policy forbids: packages are imported by path instead. */
function importsByPath(source: string, version: string): string {
  return source.replaceAll(
    /\b(from\s*|import\s*)(["'])([a-z][\w./-]*)\2/g,
    (whole, word: string, _q, bare) => {
      const found = vendored.find((entry) => entry.bare === bare);
      return found === undefined ? whole : `${word}"/assets/${version}/${found.path}"`;
    },
  );
}
