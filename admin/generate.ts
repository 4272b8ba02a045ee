import { writeFileSync } from "node:fs";
import { routePage, wholeRoutes } from "./route-table.ts";

// `make generate`: the table of routes and roles, docs/api-routes.md.
writeFileSync(new URL("../docs/api-routes.md", import.meta.url), routePage(wholeRoutes));
