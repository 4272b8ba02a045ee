import { writeFileSync } from "node:fs";
import { dashboardJson } from "./dashboard-json.ts";
import { deliveryDashboard } from "./delivery.ts";
import { operatorDashboard } from "./operator.ts";
import { processesDashboard } from "./processes.ts";
import { settlementDashboard } from "./settlement.ts";

/** Every dashboard of the chart; a file each, named after its uid. */
export const dashboards = [settlementDashboard, deliveryDashboard, operatorDashboard, processesDashboard];

/** Where a dashboard goes, and what must stand there. */
export function generatedDashboards(): readonly { readonly url: URL; readonly content: string }[] {
  return dashboards.map((dashboard) => ({
    url: new URL(
      `../billing-operator/dashboards/${dashboard.uid.replace("billing-", "")}.json`,
      import.meta.url,
    ),
    content: `${JSON.stringify(dashboardJson(dashboard), null, 2)}\n`,
  }));
}

if (import.meta.main) {
  for (const { url, content } of generatedDashboards()) writeFileSync(url, content);
}
