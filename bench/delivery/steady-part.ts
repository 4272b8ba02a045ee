/** What was read at one moment. */
export interface Sample {
  /** Monotonic. */
  readonly atMs: number;
  /** Messages that the provider has accepted. */
  readonly sends: number;
  /** Processor seconds used so far, by process. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
  /** Processor seconds that the machine was busy since it started, whoever caused them. */
  readonly machineBusySeconds: number;
}

/** Rate and cost between two samples. */
export interface SteadyPart {
  readonly sends: number;
  readonly seconds: number;
  readonly sendsPerSecond: number;
  /** By process, for a thousand sends. */
  readonly cpuSecondsPer1000: Readonly<Record<string, number>>;
  /** Cores kept busy on average: by the processes above, and by all else, the polling of this benchmark included. */
  readonly cores: { readonly own: number; readonly others: number };
}

/** What happened from one sample to a later one with more sends. */
export function partBetween(first: Sample, last: Sample): SteadyPart {
  const sends = last.sends - first.sends;
  const seconds = (last.atMs - first.atMs) / 1_000;
  if (sends <= 0 || seconds <= 0) throw new RangeError("nothing was sent between the two samples");
  const used = Object.entries(last.cpuSeconds).map(
    ([name, until]) => [name, until - (first.cpuSeconds[name] ?? 0)] as const,
  );
  const own = used.reduce((sum, [, cpu]) => sum + cpu, 0);
  const busy = last.machineBusySeconds - first.machineBusySeconds;
  return {
    sends,
    seconds,
    sendsPerSecond: sends / seconds,
    cpuSecondsPer1000: Object.fromEntries(used.map(([name, cpu]) => [name, (cpu / sends) * 1_000])),
    // Ticks are coarse: a quiet machine may seem to have been less busy than we were.
    cores: { own: own / seconds, others: Math.max(0, busy - own) / seconds },
  };
}
