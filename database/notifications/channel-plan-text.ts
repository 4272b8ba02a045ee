import type { Channel } from "../../notification/channel.ts";

/** The channels of a stored plan (`email,sms`) after `current`, best first. */
export function fallbacksOf(plan: string, current: Channel): readonly Channel[] {
  const channels = plan.split(",") as Channel[];
  return channels.slice(channels.indexOf(current) + 1);
}
