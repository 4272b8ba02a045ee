import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Chunk, type ChunkDone, chunksOf, type WorkerInput } from "./chunk.ts";

/**
 * Shares the chunks of a scenario out among worker threads, the next one to whoever is free, and calls `onDone` after each. Rejects with
 * the first error; chunks that are committed by then stay.
 */
export async function loadChunks(
  input: WorkerInput,
  workers: number,
  onDone: (done: ChunkDone) => void,
): Promise<void> {
  const chunks = chunksOf(input.scenario);
  const threads = Array.from(
    { length: workers },
    () => new Worker(new URL("./worker.ts", import.meta.url), { workerData: input }),
  );
  try {
    await Promise.all(threads.map((thread) => keepBusy(thread, chunks, onDone)));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

async function keepBusy(
  thread: Worker,
  chunks: Generator<Chunk>,
  onDone: (done: ChunkDone) => void,
): Promise<void> {
  for (let next = chunks.next(); next.done !== true; next = chunks.next()) {
    // `once` rejects when the thread emits "error".
    const answer = once(thread, "message") as Promise<[ChunkDone]>;
    thread.postMessage(next.value);
    const [done] = await answer;
    onDone(done);
  }
  const exited = once(thread, "exit");
  thread.postMessage(null);
  await exited;
}
