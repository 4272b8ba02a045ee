import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What somebody writes who adds a channel. */
export interface NewChannel {
  readonly name: string;
  /** Its entry of `notification/channels/registry.ts`. */
  readonly entry: string;
  /** Its `consumers/<name>/command.ts`. */
  readonly command: string;
}

/** What came of one run. */
export interface CloneRun {
  readonly code: number;
  readonly output: string;
}

/** A copy of this repository with one more channel and nothing else changed; it ends with the test. */
export interface ChannelClone {
  readonly folder: string;
  /** Runs a program of `node_modules/.bin`, or `node`, in the copy to its end. */
  readonly run: (
    program: string,
    args: readonly string[],
    environment?: Readonly<Record<string, string>>,
  ) => Promise<CloneRun>;
}

/** Copies every file that is or will be committed, and adds the channel as docs/delivery.md says. */
export function cloneWithChannel(t: TestContext, { name, entry, command }: NewChannel): ChannelClone {
  const folder = mkdtempSync(join(tmpdir(), "channel-"));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  for (const file of listed.split("\n").filter((line) => line !== "")) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const registry = join(folder, "notification/channels/registry.ts");
  const end = "} as const satisfies Readonly<Record<string, ChannelTraits>>;";
  const before = readFileSync(registry, "utf8");
  if (!before.includes(end)) throw new Error("the registry does not end as it did: where does an entry go?");
  writeFileSync(registry, before.replace(end, `  ${name}: ${entry},\n${end}`));
  mkdirSync(join(folder, "consumers", name));
  writeFileSync(join(folder, "consumers", name, "command.ts"), command);
  return {
    folder,
    run: (program, args, environment = {}) => {
      const path = program === "node" ? process.execPath : join(folder, "node_modules/.bin", program);
      const env = { ...process.env, ...environment, NODE_NO_WARNINGS: "1" };
      const child = spawn(path, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      child.stdout.on("data", (text: Buffer) => (output += text.toString()));
      child.stderr.on("data", (text: Buffer) => (output += text.toString()));
      return new Promise((resolve) => {
        child.on("close", (code) => {
          resolve({ code: code ?? -1, output });
        });
      });
    },
  };
}
