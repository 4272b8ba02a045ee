import { closeSync, existsSync, fdatasync, openSync, readFileSync, writeSync } from "node:fs";
import { promisify } from "node:util";

/** One line of the log. `accept` stands at most once for a key; `replay` each time the key came again. */
export interface LogLine {
  readonly kind: "accept" | "replay";
  readonly key: string;
  readonly channel: string;
  /** Hash of the address: tells recipients apart without naming them. */
  readonly recipient: string;
  readonly messageId: string;
  /** By the simulator's machine, ISO 8601. */
  readonly receivedAt: string;
  /** On the billing clock, by the offset it was last told. */
  readonly billingAt: string;
}

/** The file of everything the provider has accepted: the witness that invariants are checked against. */
export interface AcceptLog {
  /** Message ids by key, of this and of every former process on the same file. */
  readonly accepted: Map<string, string>;
  /** The line is with the operating system when this returns: a kill of the simulator loses no accept it answered. */
  write(line: LogLine): void;
  /** Resolves when every line written so far is on the disk; at once without `fsync`. Rejects when the disk does not take them. */
  durable(): Promise<void>;
  close(): void;
}

const atOnce = (): Promise<void> => Promise.resolve();

/** Opens the log and remembers what it holds. `path` "" = no file; `fsync`: it outlives the machine, too. */
export function openAcceptLog(path: string, fsync = false): AcceptLog {
  const accepted = new Map<string, string>();
  if (path === "") return { accepted, write: () => undefined, durable: atOnce, close: () => undefined };
  if (existsSync(path)) {
    for (const text of readFileSync(path, "utf8").split("\n")) {
      if (text === "") continue;
      const line = JSON.parse(text) as LogLine;
      accepted.set(line.key, line.messageId);
    }
  }
  const file = openSync(path, "a");
  const durable = fsync ? groupFlush(file) : atOnce;
  return {
    accepted,
    write: (line) => {
      writeSync(file, `${JSON.stringify(line)}\n`);
    },
    durable,
    close: () => {
      void durable().finally(() => {
        closeSync(file);
      });
    },
  };
}

/** One flush at a time: whoever comes while one is under way shares the next, which begins after all of their lines. */
function groupFlush(file: number): () => Promise<void> {
  const flush = promisify(fdatasync);
  let running = Promise.resolve();
  let next: Promise<void> | undefined;
  return () =>
    (next ??= running.then(() => {
      next = undefined;
      return (running = flush(file));
    }));
}
