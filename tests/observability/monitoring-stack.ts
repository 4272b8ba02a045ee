import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { type EphemeralServer, startServer } from "./ephemeral-server.ts";
import { ruleFiles } from "./rules.ts";

/** The example that docs/alerting.md shows. */
export const alertmanagerExample = fileURLToPath(
  new URL("../../examples/alertmanager.yaml", import.meta.url),
);

/** Where a process of ours serves its metrics. */
export interface Target {
  readonly component: string;
  readonly pod: string;
  readonly port: number;
}

/** Alertmanager with the example as it stands, but for waits of seconds and the file with the webhook's address. */
export function startAlertmanager(t: TestContext, slackUrl: string): Promise<EphemeralServer> {
  return startServer(t, "alertmanager", (folder, port) => {
    const secret = join(folder, "slack-webhook-url");
    writeFileSync(secret, slackUrl);
    const config = readFileSync(alertmanagerExample, "utf8")
      .replace(/slack_api_url_file: .*/, `slack_api_url_file: ${secret}`)
      .replace(/(group_wait|group_interval): \w+/g, "$1: 1s");
    writeFileSync(join(folder, "config.yaml"), config);
    return [
      `--config.file=${folder}/config.yaml`,
      `--storage.path=${folder}/state`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ];
  });
}

/**
 * Prometheus with the rules of the chart, which looks every two seconds. What an alert has to last is shortened to three: how long it is in
 * truth is promtool's to test.
 */
export function startPrometheus(
  t: TestContext,
  targets: readonly Target[],
  alertmanager: EphemeralServer,
): Promise<EphemeralServer> {
  return startServer(t, "prometheus", (folder, port) => {
    mkdirSync(join(folder, "rules"));
    for (const file of ruleFiles) {
      const hurried = readFileSync(file, "utf8").replace(/^(\s+for:) \w+$/gm, "$1 3s");
      writeFileSync(join(folder, "rules", basename(file)), hurried);
    }
    writeFileSync(join(folder, "config.yaml"), stringify(configuration(targets, alertmanager)));
    return [
      `--config.file=${folder}/config.yaml`,
      `--storage.tsdb.path=${folder}/series`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
  });
}

function configuration(targets: readonly Target[], alertmanager: EphemeralServer): object {
  return {
    global: { scrape_interval: "2s", scrape_timeout: "2s", evaluation_interval: "1s" },
    rule_files: ["rules/*.yaml"],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager.url).host] }] }] },
    scrape_configs: [
      {
        job_name: "billing",
        // The labels that the PodMonitor of the chart gives.
        static_configs: targets.map(({ component, pod, port }) => ({
          targets: [`127.0.0.1:${port}`],
          labels: { namespace: "billing", release: "billing", component, pod },
        })),
      },
    ],
  };
}

/** What Prometheus' own interface tells of an alert. */
export interface LiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: "pending" | "firing";
}

/** Alerts that are pending or fire now. */
export async function alertsOf(prometheus: EphemeralServer): Promise<readonly LiveAlert[]> {
  const answer = await fetch(`${prometheus.url}/api/v1/alerts`);
  return ((await answer.json()) as { data: { alerts: LiveAlert[] } }).data.alerts;
}

/** Names of the metrics that Prometheus has seen so far. */
export async function metricNamesOf(prometheus: EphemeralServer): Promise<ReadonlySet<string>> {
  const answer = await fetch(`${prometheus.url}/api/v1/label/__name__/values`);
  return new Set(((await answer.json()) as { data: string[] }).data);
}
