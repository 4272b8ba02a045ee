import type { Row } from "./panel.ts";

/** From the rows that wait to the claim in a consumer. */
export const queue: Row = {
  title: "Queue",
  panels: [
    {
      ...{ title: "Messages by state", unit: "short", isStacked: true },
      description: "All months. SCHEDULED wait for their time, QUEUED are in Kafka, SENDING with a provider.",
      queries: [
        {
          expr: "sum by (state) (max by (channel, state, reason) (billing_notifications{@}))",
          legend: "{{state}}",
        },
      ],
    },
    {
      ...{ title: "What waits, and for what", unit: "short", isStacked: true },
      description: "SCHEDULED by reason: send day, quiet hours, retry and so on.",
      queries: [
        {
          expr: 'sum by (channel, reason) (max by (channel, reason) (billing_notifications{@,state="SCHEDULED"}))',
          legend: "{{channel}} {{reason}}",
        },
      ],
    },
    {
      ...{ title: "Oldest due message", unit: "s", redFrom: 1800 },
      description:
        "For how long it has been due without being queued. Rises while a channel is paused or Kafka has all it may.",
      alerts: ["BillingOutboxAge"],
      queries: [{ expr: "max by (channel) (billing_outbox_oldest_due_seconds{@})", legend: "{{channel}}" }],
    },
    {
      ...{ title: "Oldest open batch", unit: "s", redFrom: 300 },
      description: "Committed as queued and not yet acknowledged by Kafka.",
      alerts: ["BillingOutboxStuck"],
      queries: [{ expr: "max by (release) (billing_outbox_oldest_batch_seconds{@})", legend: "oldest" }],
    },
    {
      ...{ title: "Queued and received", unit: "ops" },
      description:
        "Claim checks that Kafka acknowledged, and those that consumers took. Apart for long = consumers are too few or stand still.",
      alerts: ["BillingClaimChecksNotTaken", "BillingPoisonMessages"],
      queries: [
        {
          expr: "sum by (channel) (rate(billing_claim_checks_queued_total{@}[$__rate_interval]))",
          legend: "{{channel}} queued",
        },
        {
          expr: "sum by (channel, result) (rate(billing_claim_checks_received_total{@}[$__rate_interval]))",
          legend: "{{channel}} {{result}}",
        },
      ],
    },
    {
      ...{ title: "Age of a claim check", unit: "s" },
      description: "From being produced to being claimed: half of them, and 99 of 100.",
      queries: [0.5, 0.99].map((share) => ({
        expr: `histogram_quantile(${share}, sum by (channel, le) (rate(billing_claim_check_age_seconds_bucket{@}[$__rate_interval])))`,
        legend: `{{channel}} p${share * 100}`,
      })),
    },
    {
      ...{ title: "Lag by topic", unit: "short" },
      description: "Messages that the consumer group has not committed.",
      alerts: ["BillingLag"],
      queries: [
        { expr: "sum by (topic) (max by (topic, partition) (billing_kafka_lag{@}))", legend: "{{topic}}" },
      ],
    },
    {
      ...{ title: "Lag by partition", unit: "short" },
      description:
        "Partitions are equally long, for messages are keyed by member. One that stays is not read.",
      alerts: ["BillingPartitionStands"],
      queries: [
        { expr: "max by (topic, partition) (billing_kafka_lag{@}) > 0", legend: "{{topic}} {{partition}}" },
      ],
    },
    {
      ...{ title: "Duration of a batch", unit: "s" },
      description: "99 of 100 end within: queueing in the database, producing to Kafka, claiming.",
      queries: [
        {
          expr: "histogram_quantile(0.99, sum by (step, le) (rate(billing_dispatch_seconds_bucket{@}[$__rate_interval])))",
          legend: "dispatcher {{step}}",
        },
        {
          expr: "histogram_quantile(0.99, sum by (channel, le) (rate(billing_claim_seconds_bucket{@}[$__rate_interval])))",
          legend: "{{channel}} claim",
        },
      ],
    },
    {
      ...{ title: "Put right", unit: "short" },
      description: "Traces of crashes: leases that ran out, batches never produced, claim checks lost.",
      alerts: ["BillingOutboxRecovered"],
      queries: [
        {
          expr: "sum by (cause) (increase(billing_notifications_recovered_total{@}[$__rate_interval]))",
          legend: "{{cause}}",
        },
      ],
    },
    {
      ...{ title: "Interruptions of the dispatcher", unit: "short" },
      description: "Times that the database or Kafka made it begin anew.",
      queries: [
        {
          expr: "sum by (release) (increase(billing_dispatch_interruptions_total{@}[$__rate_interval]))",
          legend: "interruptions",
        },
      ],
    },
  ],
};
