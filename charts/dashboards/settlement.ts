import type { Dashboard, Row } from "./panel.ts";

const now: Row = {
  title: "Runs under way",
  panels: [
    {
      ...{ title: "Progress", kind: "gauge", unit: "percentunit", max: 1, width: 6 },
      description: "Partitions settled of all, by month.",
      queries: [{ expr: "max by (period) (billing_run_progress_ratio{@})", legend: "{{period}}" }],
    },
    {
      ...{ title: "Time left", kind: "stat", unit: "s", width: 6 },
      description:
        "Until settlement is done at its present pace. Empty before the first partition and after the last.",
      alerts: ["BillingRunLate", "BillingRunStands"],
      queries: [
        {
          expr: "max by (period) (billing_run_estimated_completion_timestamp_seconds{@}) - time()",
          legend: "{{period}}",
        },
      ],
    },
    {
      ...{ title: "Waits for a person", kind: "stat", unit: "short", width: 6, redFrom: 1 },
      description: "Runs that wait for approval or release.",
      alerts: ["BillingRunWaits"],
      queries: [
        {
          expr: 'sum by (phase) (max by (phase) (billing_operator_runs{@,phase=~"AwaitingApproval|AwaitingRelease"}))',
          legend: "{{phase}}",
        },
      ],
    },
    {
      ...{ title: "Failed", kind: "stat", unit: "short", width: 6, redFrom: 1 },
      description: "Runs that have failed, and partitions of runs under way.",
      alerts: ["BillingRunFailed", "BillingPartitionsFail"],
      queries: [
        { expr: 'max by (phase) (billing_operator_runs{@,phase="Failed"})', legend: "runs" },
        {
          expr: 'max by (period) (billing_run_partitions{@,state="failed"})',
          legend: "partitions of {{period}}",
        },
      ],
    },
  ],
};

const progress: Row = {
  title: "How it goes",
  panels: [
    {
      ...{ title: "Partitions", unit: "short", isStacked: true },
      description: "By state. Active ones that do not become succeeded are slow or fail.",
      alerts: ["BillingPartitionsFail"],
      queries: [
        { expr: "max by (period, state) (billing_run_partitions{@})", legend: "{{period}} {{state}}" },
      ],
    },
    {
      ...{ title: "Members a second", unit: "ops" },
      description: "Accounts settled by the pods that live, by result.",
      queries: [
        {
          expr: "sum by (result) (rate(billing_settle_accounts_total{@}[$__rate_interval]))",
          legend: "{{result}}",
        },
      ],
    },
    {
      ...{ title: "Bytes of COPY", unit: "Bps" },
      description: "Read from and written to PostgreSQL by the settle pods.",
      queries: [
        {
          expr: "sum by (direction) (rate(billing_copy_bytes_total{@}[$__rate_interval]))",
          legend: "{{direction}}",
        },
      ],
    },
    {
      ...{ title: "Accounts", unit: "short" },
      description: "As the ledger has them: billed grows partition by partition; held ones want a look.",
      queries: [{ expr: "max by (period, state) (billing_run_accounts{@})", legend: "{{period}} {{state}}" }],
    },
    {
      ...{ title: "Bill items a second", unit: "ops" },
      description: "Lines of bills computed.",
      queries: [
        { expr: "sum by (release) (rate(billing_settle_items_total{@}[$__rate_interval]))", legend: "items" },
      ],
    },
    {
      ...{ title: "Time used and left", unit: "s" },
      description: "Since the population was frozen, and until settlement is done. Left must fall.",
      alerts: ["BillingRunLate"],
      queries: [
        {
          expr: "time() - max by (period) (billing_run_start_timestamp_seconds{@})",
          legend: "{{period}} used",
        },
        {
          expr: "max by (period) (billing_run_estimated_completion_timestamp_seconds{@}) - time()",
          legend: "{{period}} left",
        },
      ],
    },
  ],
};

const jobs: Row = {
  title: "Jobs",
  panels: [
    {
      ...{ title: "Pods", unit: "short", isStacked: true },
      description: "Of Jobs, that answer Prometheus, by step.",
      queries: [{ expr: 'sum by (step) (up{@,component="job"})', legend: "{{step}}" }],
    },
    {
      ...{ title: "Memory of a pod", unit: "bytes" },
      description: "Of the largest, by step; it does not grow with the partition.",
      queries: [
        { expr: 'max by (step) (process_resident_memory_bytes{@,component="job"})', legend: "{{step}}" },
      ],
    },
    {
      ...{ title: "Event loop", unit: "s" },
      description: "99 of 100 waits are shorter. Busy is as it should be; seconds are not.",
      queries: [
        { expr: 'max by (step) (nodejs_eventloop_lag_p99_seconds{@,component="job"})', legend: "{{step}}" },
      ],
    },
    {
      ...{ title: "Connections to PostgreSQL", unit: "short", isStacked: true },
      description: "Of all pods; a settle pod has two, because a COPY occupies one.",
      queries: [{ expr: "sum by (step) (billing_job_connections{@})", legend: "{{step}}" }],
    },
    {
      ...{ title: "Jobs in the time shown", kind: "stat", unit: "short" },
      description: "Rows of the batch log, by job and state.",
      alerts: ["BillingJobsFail"],
      queries: [
        {
          expr: "max by (batch, state) (increase(billing_batches_total{@}[$__range]))",
          legend: "{{batch}} {{state}}",
        },
      ],
    },
    {
      ...{ title: "Checks of the proof", unit: "short" },
      description: "Of verify, while it lives. One that fails stops the run before its bills are live.",
      queries: [{ expr: "max by (result) (billing_verify_checks_total{@})", legend: "{{result}}" }],
    },
    {
      ...{ title: "Messages planned a second", unit: "ops" },
      description: "By promote.",
      queries: [
        {
          expr: "sum by (release) (rate(billing_promote_messages_total{@}[$__rate_interval]))",
          legend: "messages",
        },
      ],
    },
    {
      ...{ title: "Rows that failed", unit: "short" },
      description: "What batches of the last hour could not do: accounts held, rows refused.",
      queries: [
        {
          expr: 'max by (batch) (increase(billing_batch_rows_total{@,result="failed"}[1h]))',
          legend: "{{batch}}",
        },
      ],
    },
    {
      ...{ title: "Messages of a run", unit: "short", isStacked: true },
      description: "Where those of runs under way stand.",
      alerts: ["BillingMessagesOverdue"],
      queries: [{ expr: "max by (period, state) (billing_run_messages{@})", legend: "{{period}} {{state}}" }],
    },
  ],
};

/** From the frozen population to bills that are live. */
export const settlementDashboard: Dashboard = {
  uid: "billing-settlement",
  title: "Billing: settlement",
  description: "Runs under way: how far, how fast, how long still.",
  rows: [now, progress, jobs],
};
