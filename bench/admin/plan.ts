import { routes } from "../../admin/routes.ts";
import { tmfBase } from "../../admin/tmf678/resource.ts";
import { tmfRoutes } from "../../admin/tmf678/resources.ts";
import type { Plan } from "./ask.ts";
import { deliveryPlan } from "./plan-delivery.ts";
import { memberPlan } from "./plan-members.ts";
import { runPlan } from "./plan-runs.ts";
import { settingsPlan } from "./plan-settings.ts";
import { tmfPlan } from "./plan-tmf.ts";

/** A search is a POST so that its terms stay out of addresses. */
const searches: ReadonlySet<string> = new Set(["/members/search"]);

/** Every route that is read by GET, and every search, by its full path. */
export const askedRoutes: readonly string[] = [
  ...routes
    .filter(({ method, path }) => method === "get" || searches.has(path))
    .map(({ path }) => `/api/v1${path}`),
  ...tmfRoutes.map(({ path }) => tmfBase + path),
];

/** How each of them is asked. */
export const plan: Plan = { ...runPlan, ...memberPlan, ...deliveryPlan, ...settingsPlan, ...tmfPlan };

/** Routes that are not asked, and why. */
export const excused: Readonly<Record<string, string>> = {
  "/api/v1/schedules/{name}": "one machine has no schedules",
};
