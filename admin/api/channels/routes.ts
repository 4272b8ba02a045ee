import { armDelivery, foreseeArming } from "../../../database/arming/arm-delivery.ts";
import { holdDelivery } from "../../../database/arming/hold-delivery.ts";
import { setChannelPaused } from "../../../database/commands/set-channel-paused.ts";
import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { channelStates } from "./channel-states.ts";
import {
  armAnswer,
  armBody,
  channelChange,
  channelParams,
  channels,
  holdAnswer,
  holdBody,
  pauseBody,
  resumeBody,
} from "./schemas.ts";

const tag = "Channels";

/** Channels, and whether anything is sent at all. */
export const channelRoutes: readonly Route[] = [
  readRoute({
    path: "/channels",
    role: "viewer",
    tag,
    summary:
      "Each channel: paused or not, what is open, how the last sends ended, its providers' breakers and rates",
    answer: channels,
    read: (_input, { pool }) => channelStates(pool),
  }),
  commandRoute({
    path: "/channels/{channel}/pause",
    role: "operator",
    tag,
    summary: "Send nothing more over a channel",
    action: "channel.pause",
    params: channelParams,
    body: pauseBody,
    answer: channelChange,
    execute: async ({ params: { channel }, body }, { client, actor }) => {
      const change = { channel, paused: true, actor: actor.name, reason: body.reason };
      return { state: "done", answer: { channel, changed: await setChannelPaused(client, change) } };
    },
  }),
  commandRoute({
    path: "/channels/{channel}/resume",
    role: "operator",
    tag,
    summary: "Send over a channel again",
    action: "channel.resume",
    params: channelParams,
    body: resumeBody,
    answer: channelChange,
    execute: async ({ params: { channel }, body }, { client, actor }) => {
      const change = { channel, paused: false, actor: actor.name, reason: body.reason ?? "" };
      return { state: "done", answer: { channel, changed: await setChannelPaused(client, change) } };
    },
  }),
  commandRoute({
    path: "/delivery/hold",
    role: "operator",
    tag,
    summary: "Dispatch and claim nothing from this database until it is armed",
    action: "delivery.hold",
    body: holdBody,
    answer: holdAnswer,
    execute: async ({ body: { reason } }, { client, actor }) => {
      const changed = await holdDelivery(client, { cause: "by-order", by: actor.name, reason });
      return { state: "done", answer: { changed } };
    },
  }),
  readRoute({
    path: "/delivery/arm/dry-run",
    method: "post",
    role: "approver",
    tag,
    summary: "What arming delivery would let go",
    body: armBody,
    answer: armAnswer,
    read: ({ body }, { pool, actor }) =>
      foreseeArming(pool, { actor: actor.name, reason: body.reason, trustsFailover: body.trustFailover }),
  }),
  commandRoute({
    path: "/delivery/arm",
    role: "approver",
    tag,
    summary: "Let delivery go on from this database, on the server where it stands now",
    action: "delivery.arm",
    body: armBody,
    answer: armAnswer,
    execute: async ({ body }, { client, actor }) => {
      const order = { actor: actor.name, reason: body.reason, trustsFailover: body.trustFailover };
      return { state: "done", answer: await armDelivery(client, order) };
    },
  }),
];
