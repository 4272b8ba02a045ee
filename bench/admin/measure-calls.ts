import type { Draw } from "./draw.ts";

/** Something to be timed again and again. */
export interface Job {
  readonly name: string;
  readonly run: () => Promise<{ readonly ms: number; readonly bytes: number }>;
}

/** What became of one job: its very first call on a server that knows nothing yet, and then many in a mix with the others. */
export interface Measured {
  readonly name: string;
  readonly firstMs: number;
  readonly times: readonly number[];
  readonly meanBytes: number;
}

/** How to measure. */
export interface LoadOrder {
  readonly calls: number;
  /** Each sends its next call when its last is answered. */
  readonly callers: number;
  readonly draw: Draw;
}

/** Calls each job once by itself, then all of them `calls` times in a random order by so many callers at once. */
export async function measureCalls(
  jobs: readonly Job[],
  { calls, callers, draw }: LoadOrder,
): Promise<readonly Measured[]> {
  const found = new Map<Job, { firstMs: number; times: number[]; bytes: number }>();
  for (const job of jobs) {
    const { ms } = await job.run();
    found.set(job, { firstMs: ms, times: [], bytes: 0 });
  }
  const queue = draw.shuffled(jobs.flatMap((job) => Array.from({ length: calls }, () => job)));
  const caller = async (): Promise<void> => {
    for (let job = queue.pop(); job !== undefined; job = queue.pop()) {
      const { ms, bytes } = await job.run();
      const own = found.get(job);
      own?.times.push(ms);
      if (own !== undefined) own.bytes += bytes;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return [...found].map(([{ name }, { firstMs, times, bytes }]) => {
    return { name, firstMs, times, meanBytes: Math.round(bytes / Math.max(1, times.length)) };
  });
}
