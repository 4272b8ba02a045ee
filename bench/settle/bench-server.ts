import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type BeyondLoopback, startPostgres } from "../../local/postgres-server.ts";

/** A PostgreSQL of the benchmark's own, on the disk of the clone rather than in a temporary folder that may be memory. */
export interface BenchServer extends AsyncDisposable {
  readonly url: string;
  /** The server's first process, the parent of all others. */
  readonly pid: number;
  /** Folder that goes with the server. */
  readonly folder: string;
}

/** Starts the server with durability as by default; the folder is removed in the end. `beyondLoopback`: for pods. */
export async function startBenchServer(
  parent: string,
  beyondLoopback?: BeyondLoopback,
): Promise<BenchServer> {
  const folder = mkdtempSync(join(parent, "bench-"));
  const server = await startPostgres({
    dataDir: join(folder, "postgres"),
    ...(beyondLoopback !== undefined && { beyondLoopback }),
  });
  return {
    url: server.url,
    pid: server.pid,
    folder,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
