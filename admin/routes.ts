import { adjustmentRoutes } from "./api/adjustments/routes.ts";
import { auditRoutes } from "./api/audit.ts";
import { batchRoutes } from "./api/batches.ts";
import { generationRoutes } from "./api/generations.ts";
import { approveRun } from "./api/runs/approve-run.ts";
import { changeRuns } from "./api/runs/change-run.ts";
import { readRuns } from "./api/runs/read-runs.ts";
import { reportRoutes } from "./api/runs/report-routes.ts";
import { startRuns } from "./api/runs/start-run.ts";
import { changeSchedules } from "./api/schedules/change-schedules.ts";
import { readSchedules } from "./api/schedules/read-schedules.ts";
import { billRoutes } from "./api/bills/routes.ts";
import { channelRoutes } from "./api/channels/routes.ts";
import { deadLetterRoutes } from "./api/dead-letters/routes.ts";
import { suppressionRoutes } from "./api/dead-letters/suppressions.ts";
import { memberRoutes } from "./api/members/routes.ts";
import { keptOrderRoutes } from "./api/messages/kept-orders.ts";
import { orderRoutes } from "./api/messages/orders.ts";
import { meRoutes } from "./api/me.ts";
import { messageReads } from "./api/messages/read.ts";
import { policyRoutes } from "./api/policies/routes.ts";
import { statisticsRoutes } from "./api/statistics/routes.ts";
import { templateChanges } from "./api/templates/changes.ts";
import { templateLooks } from "./api/templates/looks.ts";
import { templatePreviews } from "./api/templates/previews.ts";
import type { Route } from "./http/route.ts";

/** Every route of the API but TMF678. A route that is not here does not exist; one that is here is in OpenAPI and in the role matrix. */
export const routes: readonly Route[] = [
  ...meRoutes,
  ...readRuns,
  ...startRuns,
  approveRun,
  ...changeRuns,
  ...reportRoutes,
  ...generationRoutes,
  ...readSchedules,
  ...changeSchedules,
  ...batchRoutes,
  ...memberRoutes,
  ...billRoutes,
  ...adjustmentRoutes,
  ...messageReads,
  ...orderRoutes,
  ...keptOrderRoutes,
  ...deadLetterRoutes,
  ...suppressionRoutes,
  ...channelRoutes,
  ...templateLooks,
  ...templateChanges,
  ...templatePreviews,
  ...policyRoutes,
  ...statisticsRoutes,
  ...auditRoutes,
];
