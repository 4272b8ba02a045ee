import type { DeliveryResult } from "./delivery-bench.ts";

/** The result as bench/results/latest.json holds it. */
export function summariseDelivery(result: DeliveryResult): object {
  const { messages, steady, overall, inFlight, rssMiB, loadBefore, acceptedOnce } = result;
  const byProcess = steady.cpuSecondsPer1000;
  const cpuSecondsPer1000 = Object.values(byProcess).reduce((sum, seconds) => sum + seconds, 0);
  return {
    messages,
    sendsPerSecond: rounded(steady.sendsPerSecond, 0),
    cpuSecondsPer1000: rounded(cpuSecondsPer1000, 3),
    rssMiB,
    cpuSecondsPer1000ByProcess: Object.fromEntries(
      Object.entries(byProcess).map(([name, seconds]) => [name, rounded(seconds, 3)]),
    ),
    steady: { sends: steady.sends, seconds: rounded(steady.seconds, 2) },
    overall: {
      sends: overall.sends,
      seconds: rounded(overall.seconds, 2),
      sendsPerSecond: rounded(overall.sends / overall.seconds, 0),
    },
    inFlight,
    cores: { own: rounded(steady.cores.own, 2), others: rounded(steady.cores.others, 2) },
    loadBefore: rounded(loadBefore, 2),
    acceptedOnce,
  };
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
