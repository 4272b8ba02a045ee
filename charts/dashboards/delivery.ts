import { queue } from "./delivery-queue.ts";
import { sends } from "./delivery-sends.ts";
import type { Dashboard, Row } from "./panel.ts";

const now: Row = {
  title: "Now",
  panels: [
    {
      ...{ title: "Sent in the time shown", kind: "stat", unit: "short", width: 6 },
      description: "Accepted by the providers.",
      queries: [
        {
          expr: 'sum by (channel) (increase(billing_sends_total{@,outcome="accepted"}[$__range]))',
          legend: "{{channel}}",
        },
      ],
    },
    {
      ...{ title: "Given up in the time shown", kind: "stat", unit: "short", width: 6 },
      description: "Dead letters, by channel.",
      alerts: ["BillingDeadLetters"],
      queries: [
        {
          expr: 'sum by (channel) (increase(billing_dead_letters_total{@,component!="dead-letter"}[$__range]))',
          legend: "{{channel}}",
        },
      ],
    },
    {
      ...{ title: "Held", kind: "stat", unit: "short", width: 6, redFrom: 1 },
      description: "1 while nothing is sent from this database until a person arms it.",
      alerts: ["BillingDeliveryHeld"],
      queries: [{ expr: "max by (cause) (billing_delivery_held{@})", legend: "{{cause}}" }],
    },
    {
      ...{ title: "Sent in quiet hours", kind: "stat", unit: "short", width: 6, redFrom: 1 },
      description: "In the time shown, without a person's order. Must be 0.",
      alerts: ["BillingSentInQuietHours"],
      queries: [
        {
          expr: "sum by (channel) (increase(billing_sends_in_quiet_hours_total{@}[$__range]))",
          legend: "{{channel}}",
        },
      ],
    },
  ],
};

const afterwards: Row = {
  title: "Afterwards",
  panels: [
    {
      ...{ title: "Dead letters that are open", unit: "short" },
      description: "Given up, and nobody has redriven them.",
      alerts: ["BillingDeadLetters"],
      queries: [{ expr: "max by (channel) (billing_dead_letters_open{@})", legend: "{{channel}}" }],
    },
    {
      ...{ title: "Dead letters by cause", unit: "short" },
      description: "Within an hour.",
      alerts: ["BillingDeadLetters"],
      queries: [
        {
          expr: 'sum by (channel, cause) (increase(billing_dead_letters_total{@,component!="dead-letter"}[1h]))',
          legend: "{{channel}} {{cause}}",
        },
      ],
    },
    {
      ...{ title: "Receipts", unit: "ops" },
      description: "What providers tell afterwards.",
      alerts: ["BillingBounces"],
      queries: [
        {
          expr: "sum by (channel, kind) (rate(billing_receipts_total{@}[$__rate_interval]))",
          legend: "{{channel}} {{kind}}",
        },
      ],
    },
    {
      ...{ title: "Receipts refused", unit: "ops" },
      description: "Not believed or not kept, by why.",
      alerts: ["BillingReceiptsRefused"],
      queries: [
        {
          expr: "sum by (why) (rate(billing_receipt_requests_refused_total{@}[$__rate_interval]))",
          legend: "{{why}}",
        },
      ],
    },
    {
      ...{ title: "Receipts without a message", unit: "short" },
      description: "They wait for the result of a send.",
      queries: [{ expr: "max by (release) (billing_receipts_waiting{@})", legend: "waiting" }],
    },
    {
      ...{ title: "Addresses suppressed", unit: "short" },
      description: "Within an hour, by who told.",
      alerts: ["BillingBounces"],
      queries: [
        {
          expr: "sum by (source) (increase(billing_addresses_suppressed_total{@}[1h]))",
          legend: "{{source}}",
        },
      ],
    },
  ],
};

/** From the outbox to what providers tell afterwards. */
export const deliveryDashboard: Dashboard = {
  uid: "billing-delivery",
  title: "Billing: delivery",
  description: "From the outbox to the providers, and what they tell afterwards.",
  rows: [now, sends, queue, afterwards],
};
