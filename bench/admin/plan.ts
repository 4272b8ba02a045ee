import { wholeRoutes } from "../../admin/route-table.ts";
import type { Plan } from "./ask.ts";
import { deliveryPlan } from "./plan-delivery.ts";
import { memberPlan } from "./plan-members.ts";
import { runPlan } from "./plan-runs.ts";
import { settingsPlan } from "./plan-settings.ts";
import { tmfPlan } from "./plan-tmf.ts";

/** A search is a POST so that its terms stay out of addresses. */
const searches: ReadonlySet<string> = new Set(["/api/v1/members/search"]);

/** Every route that is read by GET, and every search, by its whole path. */
export const askedRoutes: readonly string[] = wholeRoutes
  .filter(({ method, path }) => method === "get" || searches.has(path))
  .map(({ path }) => path);

/** How each of them is asked. */
export const plan: Plan = { ...runPlan, ...memberPlan, ...deliveryPlan, ...settingsPlan, ...tmfPlan };

/** Routes that are not asked, and why. */
export const excused: Readonly<Record<string, string>> = {
  "/api/v1/schedules/{name}": "one machine has no schedules",
};
