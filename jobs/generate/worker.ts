import { parentPort, workerData } from "node:worker_threads";
import { createColumnCipher } from "../../platform/encryption.ts";
import { connect } from "../../platform/postgres.ts";
import type { Chunk, ChunkDone, WorkerInput } from "./chunk.ts";
import { populationLoader } from "./population-chunk.ts";
import { usageLoader } from "./usage-chunk.ts";

// The body of a worker thread: one connection; each message is a chunk, or null when there are no more.
const input = workerData as WorkerInput;
const client = await connect({
  url: input.databaseUrl,
  role: input.databaseRole,
  applicationName: "generate",
});
const population = populationLoader(
  client,
  input.scenario,
  createColumnCipher(input.encryptionKeys, input.blindIndexKey),
);
const usage = usageLoader(client, input.scenario);

async function load(chunk: Chunk): Promise<ChunkDone> {
  if (chunk.kind === "usage") return { kind: "usage", rows: await usage.load(chunk.from, chunk.to) };
  return { kind: "population", rows: await population.load(chunk.first, chunk.last) };
}

parentPort?.on("message", (chunk: Chunk | null) => {
  if (chunk === null) {
    parentPort?.close();
    void client.end();
    return;
  }
  load(chunk).then(
    (done) => parentPort?.postMessage(done),
    (error: unknown) => {
      // Reaches the starter as the worker's `error` event.
      setImmediate(() => {
        throw error;
      });
    },
  );
});
