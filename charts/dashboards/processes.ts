import type { Dashboard, Row } from "./panel.ts";

const machines: Row = {
  title: "Processes",
  panels: [
    {
      ...{ title: "Processes", unit: "short", isStacked: true },
      description: "That answer Prometheus, by component.",
      alerts: ["BillingProcessDown", "BillingNoProcess"],
      queries: [{ expr: "sum by (component) (up{@})", legend: "{{component}}" }],
    },
    {
      ...{ title: "Processor", unit: "short" },
      description: "Cores in use, by component.",
      queries: [
        {
          expr: "sum by (component) (rate(process_cpu_seconds_total{@}[$__rate_interval]))",
          legend: "{{component}}",
        },
      ],
    },
    {
      ...{ title: "Memory", unit: "bytes" },
      description: "Of the largest process of each component.",
      queries: [{ expr: "max by (component) (process_resident_memory_bytes{@})", legend: "{{component}}" }],
    },
    {
      ...{ title: "Event loop", unit: "s", redFrom: 1 },
      description:
        "99 of 100 waits of the event loop are shorter. Above a second, Leases and polls are late.",
      alerts: ["BillingEventLoopSlow"],
      queries: [
        { expr: "max by (component) (nodejs_eventloop_lag_p99_seconds{@})", legend: "{{component}} p99" },
        { expr: "max by (component) (nodejs_eventloop_lag_max_seconds{@})", legend: "{{component}} longest" },
      ],
    },
    {
      ...{ title: "Heap", unit: "bytes" },
      description: "In use, of the largest process of each component. What only rises leaks.",
      queries: [{ expr: "max by (component) (nodejs_heap_size_used_bytes{@})", legend: "{{component}}" }],
    },
    {
      ...{ title: "Garbage collection", unit: "percentunit" },
      description: "Share of the time.",
      queries: [
        {
          expr: "sum by (component, kind) (rate(nodejs_gc_duration_seconds_sum{@}[$__rate_interval]))",
          legend: "{{component}} {{kind}}",
        },
      ],
    },
    {
      ...{ title: "Open handles", unit: "short" },
      description: "Sockets most of all: one a send in flight.",
      queries: [{ expr: "max by (component) (nodejs_active_handles_total{@})", legend: "{{component}}" }],
    },
    {
      ...{ title: "Starts in an hour", unit: "short" },
      description: "Of pods that live: more than one of a pod means that it is killed.",
      queries: [
        { expr: "sum by (component) (changes(process_start_time_seconds{@}[1h]))", legend: "{{component}}" },
      ],
    },
    {
      ...{ title: "Sources that did not answer", unit: "short" },
      description: "When processes were scraped: what is read from there is absent meanwhile.",
      alerts: ["BillingMetricsStale"],
      queries: [
        {
          expr: "sum by (component, source) (increase(billing_metrics_refresh_failures_total{@}[$__rate_interval]))",
          legend: "{{component}} {{source}}",
        },
      ],
    },
  ],
};

const database: Row = {
  title: "Connections to PostgreSQL",
  panels: [
    {
      ...{ title: "Connections", unit: "short", isStacked: true, width: 12 },
      description: "Of all pods of a component, by state.",
      alerts: ["BillingPoolExhausted"],
      queries: [
        {
          expr: "sum by (component, state) (billing_database_pool_connections{@})",
          legend: "{{component}} {{state}}",
        },
      ],
    },
    {
      ...{ title: "Share of the pool in use", unit: "percentunit", max: 1, redFrom: 1 },
      description: "Of the fullest pod of each component; admin has a pool for reads and one for commands.",
      alerts: ["BillingPoolExhausted"],
      queries: [
        {
          expr:
            'max by (component, pool) (sum by (component, pod, pool) (billing_database_pool_connections{@,state="used"})' +
            " / sum by (component, pod, pool) (billing_database_pool_size{@}))",
          legend: "{{component}} {{pool}}",
        },
      ],
    },
    {
      ...{ title: "Queries that wait for a connection", unit: "short", redFrom: 1 },
      description: "For a moment is usual; for minutes the database is slow or locked.",
      alerts: ["BillingPoolExhausted"],
      queries: [
        {
          expr: "max by (component, pod, pool) (billing_database_pool_waiting{@})",
          legend: "{{pod}} {{pool}}",
        },
      ],
    },
  ],
};

const api: Row = {
  title: "Admin API",
  panels: [
    {
      ...{ title: "Requests", unit: "reqps", isStacked: true },
      description: "By class of status; broken: the connection ended before the answer did.",
      queries: [
        {
          expr: "sum by (status) (rate(billing_admin_request_seconds_count{@}[$__rate_interval]))",
          legend: "{{status}}",
        },
      ],
    },
    {
      ...{ title: "Slowest routes", unit: "s" },
      description:
        "19 of 20 requests of a route are shorter; the five slowest. Files are as slow as their reader.",
      queries: [
        {
          expr:
            "topk(5, histogram_quantile(0.95, sum by (route, method, le) " +
            "(rate(billing_admin_request_seconds_bucket{@}[$__rate_interval]))))",
          legend: "{{method}} {{route}}",
        },
      ],
    },
    {
      ...{ title: "Refused and failed, by route", unit: "reqps" },
      description: "Answers of 4xx and 5xx, and those that broke off.",
      queries: [
        {
          expr:
            'sum by (method, route, status) (rate(billing_admin_request_seconds_count{@,status!~"2xx|3xx"}' +
            "[$__rate_interval])) > 0",
          legend: "{{method}} {{route}} {{status}}",
        },
      ],
    },
  ],
};

/** What the processes use. */
export const processesDashboard: Dashboard = {
  uid: "billing-processes",
  title: "Billing: processes",
  description: "What the processes use: memory, event loop, connections; how fast the admin API answers.",
  rows: [machines, database, api],
};
