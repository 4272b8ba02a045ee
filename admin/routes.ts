import { auditRoutes } from "./api/audit.ts";
import { meRoutes } from "./api/me.ts";
import type { Route } from "./http/route.ts";

/** Every route of the API. A route that is not here does not exist; one that is here is in OpenAPI and in the role matrix. */
export const routes: readonly Route[] = [...meRoutes, ...auditRoutes];
