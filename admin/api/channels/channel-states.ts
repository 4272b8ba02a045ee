import type { z } from "zod";
import { readHold } from "../../../database/arming/read-hold.ts";
import { channelControls } from "../../../database/commands/channel-controls.ts";
import { listBreakers, type ProviderBreaker } from "../../../database/providers/list-breakers.ts";
import { listRates } from "../../../database/providers/list-rates.ts";
import { readClocks } from "../../../database/statistics/clocks.ts";
import { latelySent } from "../../../database/statistics/lately-sent.ts";
import { messageCounts } from "../../../database/statistics/message-counts.ts";
import { CHANNELS, type Channel } from "../../../notification/channel.ts";
import type { Pool } from "../../../platform/postgres.ts";
import type { Written } from "../../http/route.ts";
import type { channels } from "./schemas.ts";

/** Sends of so many last minutes say how a channel does. */
const lookedBackMinutes = 10;
/** The worst first. */
const breakerStates = ["open", "half-open", "closed"] as const;

const underWay: ReadonlySet<string> = new Set(["SCHEDULED", "QUEUED", "SENDING", "UNKNOWN"]);
/** Being throttled is the provider's pace, not its failure: breakers do not count it either. */
const noFailure: ReadonlySet<string> = new Set(["accepted", "throttled"]);

/** Every channel as far as the database knows it. */
export async function channelStates(pool: Pool): Promise<Written<z.input<typeof channels>>> {
  const [{ asOf }, held, controls, counts, sends, rates, breakers] = await Promise.all([
    readClocks(pool),
    readHold(pool),
    channelControls(pool),
    messageCounts(pool, {}),
    latelySent(pool, lookedBackMinutes),
    listRates(pool),
    listBreakers(pool),
  ]);
  const stateOf = (channel: Channel) => {
    const control = controls.find((one) => one.channel === channel);
    const open = counts.filter((one) => one.channel === channel && underWay.has(one.state));
    return {
      channel,
      paused: control?.paused ?? false,
      control: control === undefined ? null : { by: control.by, reason: control.reason, at: control.at },
      open: sums(open.map(({ state, messages }) => [state, messages])),
      ...resultsOf(sends.filter((one) => one.channel === channel)),
      providers: rates
        .filter((one) => one.channel === channel)
        .map(({ provider, takenUntil, throttledUntil }) => ({
          ...{ provider, takenUntil, throttledUntil },
          ...breakersOf(breakers.filter((one) => one.channel === channel && one.provider === provider)),
        })),
    };
  };
  return { asOf, minutes: lookedBackMinutes, held, channels: CHANNELS.map(stateOf) };
}

function breakersOf(breakers: readonly ProviderBreaker[]) {
  const worst = breakerStates.find((state) => breakers.some((one) => one.state === state)) ?? null;
  const inConsumers = breakers.map(({ consumer, state, since, probeAt }) => ({
    ...{ consumer, state, since, probeAt },
  }));
  return { breaker: worst, breakers: inConsumers };
}

function resultsOf(sent: readonly { readonly outcome: string; readonly sends: number }[]) {
  const total = sent.reduce((sum, { sends }) => sum + sends, 0);
  const failed = sent
    .filter(({ outcome }) => !noFailure.has(outcome))
    .reduce((sum, { sends }) => sum + sends, 0);
  const byOutcome = sums(sent.map(({ outcome, sends }) => [outcome, sends]));
  return { sends: total, failed, failureShare: total === 0 ? null : failed / total, byOutcome };
}

function sums(entries: readonly (readonly [string, number])[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [key, value] of entries) total[key] = (total[key] ?? 0) + value;
  return total;
}
