import type { CustomaryResult } from "./customary/customary-bench.ts";
import type { DeliveryResult } from "./delivery-bench.ts";
import type { WatchedSends } from "./watch-sends.ts";

/** The result as bench/results/latest.json holds it. */
export function summariseDelivery(result: DeliveryResult): object {
  const { messages, steady, overall, inFlight, rssMiB, loadBefore, acceptedOnce, dispatcher, customary } =
    result;
  const byProcess = steady.cpuSecondsPer1000;
  const cpuSecondsPer1000 = costOf(result);
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
    ...(dispatcher !== null && {
      dispatcherAlone: {
        rowsPerSecond: rounded(dispatcher.rowsPerSecond, 0),
        cpuSecondsPer1000: rounded(dispatcher.cpuSecondsPer1000, 3),
      },
    }),
    ...(customary !== null && { customary: summariseCustomary(result, customary) }),
  };
}

/** The same month by one message, one row read, one status update; ratios over 1 are in favour of the pipeline. */
function summariseCustomary(pipeline: DeliveryResult, customary: CustomaryResult): object {
  const { messages, steady, inFlight } = customary;
  return {
    messages,
    sendsPerSecond: rounded(steady.sendsPerSecond, 0),
    cpuSecondsPer1000: rounded(costOf(customary), 3),
    inFlight,
    rateRatio: rounded(pipeline.steady.sendsPerSecond / steady.sendsPerSecond, 2),
    cpuRatio: rounded(costOf(customary) / costOf(pipeline), 2),
  };
}

/** Processor seconds for a thousand sends, all processes together. */
function costOf({ steady }: WatchedSends): number {
  return Object.values(steady.cpuSecondsPer1000).reduce((sum, seconds) => sum + seconds, 0);
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
