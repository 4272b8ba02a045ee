import { appliedRates } from "./applied-rate.ts";
import { billCycles } from "./bill-cycle.ts";
import { customerBills } from "./customer-bill.ts";
import type { ApiHead } from "../http/openapi.ts";
import { routesOfResource } from "./mount.ts";
import { tmfBase } from "./resource.ts";

/** The read side of TM Forum TMF678 Customer Bill Management, for a CRM. */
export const tmfResources = [customerBills, appliedRates, billCycles].map(routesOfResource);

/** Their routes, for the description and the role matrix; paths below `tmfBase`. */
export const tmfRoutes = tmfResources.flatMap(({ collection, one }) => [collection, one]);

/** What their description is headed by. */
export const tmfHead: ApiHead = {
  title: "TMF678 Customer Bill Management, read side",
  version: "4.0.0",
  description:
    "Bills, their lines and their cycles under the names of TM Forum's standard. `fields` and `offset`/`limit` as in TMF630; what follows a page is in `Link`.",
  base: tmfBase,
};
