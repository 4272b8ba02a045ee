import { cursorOf } from "../../admin/http/keyset.ts";
import { ask, type Plan } from "./ask.ts";
import type { Draw } from "./draw.ts";
import type { Samples } from "./samples.ts";

const states = ["SCHEDULED", "QUEUED", "SENDING", "UNKNOWN", "SENT", "DELIVERED", "DEAD", "CANCELLED"];
const causes = ["permanent", "exhausted", "no-contact", "bounced"];
const channels = ["email", "sms", "push"];

const dueWithin = ({ nowMs }: Samples, draw: Draw): string => {
  const from = nowMs + draw.between(0, 200) * 3_600_000;
  const [dueFrom, dueBefore] = [from, from + 6 * 3_600_000].map((ms) => new Date(ms).toISOString());
  return `/api/v1/messages?dueFrom=${dueFrom ?? ""}&dueBefore=${dueBefore ?? ""}`;
};

/** Messages, what was given up, and how delivery does. */
export const deliveryPlan: Plan = {
  "/api/v1/messages/queue": [
    ask("", () => "/api/v1/messages/queue"),
    ask("of a month", ({ months }, draw) => `/api/v1/messages/queue?period=${draw.pick(months)}`),
  ],
  "/api/v1/messages/recent": [ask("", () => "/api/v1/messages/recent?limit=60")],
  "/api/v1/messages": [
    ask("", () => "/api/v1/messages"),
    ask("deep", ({ newestBills }, draw) => `/api/v1/messages?cursor=${cursorOf([draw.pick(newestBills)])}`),
    ...states.map((state) => ask(state, () => `/api/v1/messages?state=${state}`)),
    ask("dead, by cause", (_samples, draw) => `/api/v1/messages?state=DEAD&reason=${draw.pick(causes)}`),
    ask("by channel, deep", ({ newestBills }, draw) => {
      const cursor = cursorOf([draw.pick(newestBills)]);
      return `/api/v1/messages?channel=${draw.pick(channels)}&cursor=${cursor}`;
    }),
    ask("by reason", (_samples, draw) => `/api/v1/messages?reason=${draw.pick(["send-day", "retry"])}`),
    ask("due in 6 hours", dueWithin),
    ask("of a month, 200", ({ months }, draw) => `/api/v1/messages?limit=200&period=${draw.pick(months)}`),
  ],
  "/api/v1/messages/{billId}": [ask("", ({ bills }, draw) => `/api/v1/messages/${draw.pick(bills)}`)],
  "/api/v1/orders": [ask("", () => "/api/v1/orders"), ask("pending", () => "/api/v1/orders?pending=true")],
  "/api/v1/orders/{id}": [ask("", ({ orders }, draw) => `/api/v1/orders/${draw.pick(orders)}`)],
  "/api/v1/dead-letters/counts": [ask("", () => "/api/v1/dead-letters/counts")],
  "/api/v1/dead-letters": [
    ask("", () => "/api/v1/dead-letters"),
    ask("of a month", ({ months }, draw) => `/api/v1/dead-letters?period=${draw.pick(months)}`),
    ask("by cause", (_samples, draw) => {
      return `/api/v1/dead-letters?channel=${draw.pick(channels)}&cause=${draw.pick(causes)}`;
    }),
    ask("of a run", ({ runs }, draw) => `/api/v1/dead-letters?run=${draw.pick(runs)}`),
    ask("of an hour", ({ nowMs }, draw) => {
      const from = new Date(nowMs - draw.between(0, 1_000) * 3_600_000).toISOString();
      return `/api/v1/dead-letters?diedFrom=${from}&redriven=true`;
    }),
    ask("redriven too, deep", ({ newest }, draw) => {
      return `/api/v1/dead-letters?redriven=true&cursor=${cursorOf([draw.between(1, newest.letter - 1)])}`;
    }),
  ],
  "/api/v1/poison-messages": [ask("", () => "/api/v1/poison-messages")],
  "/api/v1/receipts/counts": [ask("", () => "/api/v1/receipts/counts")],
  "/api/v1/suppressions": [
    ask("", () => "/api/v1/suppressions"),
    ask("of a member", ({ suppressed }, draw) => `/api/v1/suppressions?member=${draw.pick(suppressed)}`),
    ask("deep", ({ newest }, draw) => {
      return `/api/v1/suppressions?cursor=${cursorOf([draw.between(1, newest.suppression - 1)])}`;
    }),
  ],
  "/api/v1/channels": [ask("", () => "/api/v1/channels")],
  "/api/v1/statistics/messages": [
    ask("", () => "/api/v1/statistics/messages"),
    ask("of a month", ({ months }, draw) => `/api/v1/statistics/messages?period=${draw.pick(months)}`),
  ],
  "/api/v1/statistics/periods": [ask("", () => "/api/v1/statistics/periods")],
  "/api/v1/statistics/sends": [
    ask("by hour", () => "/api/v1/statistics/sends"),
    ask("by minute", ({ nowMs }) => {
      const since = new Date(nowMs - 6 * 3_600_000).toISOString();
      return `/api/v1/statistics/sends?bucketMinutes=1&since=${since}`;
    }),
    ask("of a month, by day", ({ months }, draw) => {
      return `/api/v1/statistics/sends?bucketMinutes=1440&period=${draw.pick(months)}`;
    }),
  ],
  "/api/v1/lag": [ask("", () => "/api/v1/lag")],
};
