import type { Row } from "./panel.ts";

/** From the claim to the provider's answer. */
export const sends: Row = {
  title: "Sends",
  panels: [
    {
      ...{ title: "Sends a second", unit: "ops", width: 16, isStacked: true },
      description: "Sends that ended, by channel and outcome.",
      alerts: ["BillingSendsFail"],
      queries: [
        {
          expr: "sum by (channel, outcome) (rate(billing_sends_total{@}[$__rate_interval]))",
          legend: "{{channel}} {{outcome}}",
        },
      ],
    },
    {
      ...{ title: "Share that fails", unit: "percentunit", redFrom: 0.05 },
      description: "Of the sends, by channel. One in a hundred is usual.",
      alerts: ["BillingSendsFail"],
      queries: [
        {
          expr:
            'sum by (channel) (rate(billing_sends_total{@,outcome!="accepted"}[$__rate_interval]))' +
            " / sum by (channel) (rate(billing_sends_total{@}[$__rate_interval]))",
          legend: "{{channel}}",
        },
      ],
    },
    {
      ...{ title: "Duration of a send", unit: "s" },
      description: "Half of the sends, 95 and 99 of 100, end within; by provider.",
      queries: [0.5, 0.95, 0.99].map((share) => ({
        expr: `histogram_quantile(${share}, sum by (channel, provider, le) (rate(billing_send_seconds_bucket{@}[$__rate_interval])))`,
        legend: `{{channel}} {{provider}} p${share * 100}`,
      })),
    },
    {
      ...{ title: "In flight", unit: "short" },
      description: "Sends under way. Near IN_FLIGHT × replicas, the provider's delay is the limit.",
      queries: [{ expr: "sum by (channel) (billing_sends_in_flight{@})", legend: "{{channel}}" }],
    },
    {
      ...{ title: "Breaker", kind: "state", unit: "short" },
      description: "1 while sending to the provider is suspended, or a few are tried.",
      alerts: ["BillingBreakerOpen"],
      queries: [
        { expr: "max by (channel, provider) (billing_breaker_open{@})", legend: "{{channel}} {{provider}}" },
      ],
    },
    {
      ...{ title: "Tried again", unit: "ops" },
      description: "Messages that are tried again on their channel, by why.",
      queries: [
        {
          expr: "sum by (channel, why) (rate(billing_send_retries_total{@}[$__rate_interval]))",
          legend: "{{channel}} {{why}}",
        },
      ],
    },
    {
      ...{ title: "On to the next channel", unit: "ops" },
      description: "Messages that fell back, such as from e-mail to SMS. Each SMS costs.",
      queries: [
        {
          expr: "sum by (from, to) (rate(billing_fallbacks_total{@}[$__rate_interval]))",
          legend: "{{from}} → {{to}}",
        },
      ],
    },
    {
      ...{ title: "Claimed and not sent", unit: "ops" },
      description: "Quiet hours, no contact, suppressed, breaker, rate.",
      queries: [
        {
          expr: "sum by (channel, why) (rate(billing_messages_held_back_total{@}[$__rate_interval]))",
          legend: "{{channel}} {{why}}",
        },
      ],
    },
    {
      ...{ title: "Time in which a rate let nothing through", unit: "percentunit" },
      description: "Of each consumer's time. Near 1, the rate is the limit.",
      queries: [
        {
          expr: "max by (channel) (rate(billing_rate_wait_seconds_total{@}[$__rate_interval]))",
          legend: "{{channel}}",
        },
      ],
    },
    {
      ...{ title: "Results not written", unit: "short", redFrom: 1000 },
      description: "Grows while the database is away.",
      alerts: ["BillingResultsUnwritten"],
      queries: [{ expr: "sum by (channel) (billing_results_unwritten{@})", legend: "{{channel}}" }],
    },
    {
      ...{ title: "Writing results", unit: "s" },
      description: "99 of 100 batches are written within.",
      queries: [
        {
          expr: "histogram_quantile(0.99, sum by (channel, le) (rate(billing_result_write_seconds_bucket{@}[$__rate_interval])))",
          legend: "{{channel}}",
        },
      ],
    },
  ],
};
