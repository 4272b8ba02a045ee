import type { Dashboard, Row } from "./panel.ts";

const runs: Row = {
  title: "Runs",
  panels: [
    {
      ...{ title: "Runs", unit: "short", width: 12 },
      description: "BillingRuns in the namespace, by phase.",
      alerts: ["BillingRunFailed", "BillingRunWaits"],
      queries: [{ expr: "max by (phase) (billing_operator_runs{@})", legend: "{{phase}}" }],
    },
    {
      ...{ title: "Leaders", kind: "stat", unit: "short", width: 6 },
      description: "One replica works; 0 = nobody.",
      alerts: ["BillingNoLeader", "BillingNoProcess"],
      queries: [{ expr: "sum by (release) (billing_operator_leader{@})", legend: "leaders" }],
    },
    {
      ...{ title: "Overdue messages", kind: "stat", unit: "short", width: 6, redFrom: 1 },
      description: "Past the deadline of their notification policy.",
      alerts: ["BillingMessagesOverdue"],
      queries: [{ expr: "max by (release) (billing_operator_overdue_messages{@})", legend: "messages" }],
    },
  ],
};

const looks: Row = {
  title: "Looks at objects",
  panels: [
    {
      ...{ title: "Looks a second", unit: "ops" },
      description: "At objects, by controller and outcome.",
      alerts: ["BillingLooksFail"],
      queries: [
        {
          expr: "sum by (controller, outcome) (rate(billing_operator_reconcile_seconds_count{@}[$__rate_interval]))",
          legend: "{{controller}} {{outcome}}",
        },
      ],
    },
    {
      ...{ title: "Duration of a look", unit: "s" },
      description: "Half of them, and 99 of 100, end within.",
      queries: [0.5, 0.99].map((share) => ({
        expr: `histogram_quantile(${share}, sum by (controller, le) (rate(billing_operator_reconcile_seconds_bucket{@}[$__rate_interval])))`,
        legend: `{{controller}} p${share * 100}`,
      })),
    },
    {
      ...{ title: "Waiting objects", unit: "short" },
      description: "Depth of the queues. Stays near 0 but for a moment after a restart.",
      queries: [{ expr: "max by (controller) (billing_operator_queue_depth{@})", legend: "{{controller}}" }],
    },
  ],
};

const servers: Row = {
  title: "API server and database",
  panels: [
    {
      ...{ title: "Requests to the API server", unit: "reqps" },
      description: "By verb and status; 0 = no answer.",
      queries: [
        {
          expr: "sum by (verb, code) (rate(billing_operator_api_requests_total{@}[$__rate_interval]))",
          legend: "{{verb}} {{code}}",
        },
      ],
    },
    {
      ...{ title: "Errors of the API server", unit: "reqps" },
      description:
        "No answer, refused (4xx but 404 and 409, which are usual), or its own (5xx). 403 = a right is missing.",
      alerts: ["BillingNoLeader", "BillingLooksFail"],
      queries: [
        {
          expr: 'sum by (resource, code) (rate(billing_operator_api_requests_total{@,code=~"0|4..|5..",code!~"404|409"}[$__rate_interval]))',
          legend: "{{resource}} {{code}}",
        },
      ],
    },
    {
      ...{ title: "Until the API server answers", unit: "s" },
      description: "99 of 100 requests.",
      queries: [
        {
          expr: "histogram_quantile(0.99, sum by (verb, le) (rate(billing_operator_api_request_seconds_bucket{@}[$__rate_interval])))",
          legend: "{{verb}}",
        },
      ],
    },
  ],
};

/** What following the runs costs. */
export const operatorDashboard: Dashboard = {
  uid: "billing-operator",
  title: "Billing: operator",
  description: "Runs, and what following them costs.",
  rows: [runs, looks, servers],
};
