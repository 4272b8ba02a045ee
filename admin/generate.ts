import { writeFileSync } from "node:fs";
import { everyRoute, routePage } from "./route-table.ts";

// `make generate`: the table of routes and roles, docs/api-routes.md.
writeFileSync(new URL("../docs/api-routes.md", import.meta.url), routePage(everyRoute));
