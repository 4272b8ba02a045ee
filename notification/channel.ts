import { CHANNEL_NAMES, type ChannelName } from "./channels/registry.ts";

/** The ways to reach a member. A new one is an entry of the registry and a folder below `consumers/`. */
export type Channel = ChannelName;

/** Every channel, in the order in which a policy tries them unless it says otherwise. */
export const CHANNELS: readonly Channel[] = CHANNEL_NAMES;
