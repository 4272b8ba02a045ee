import { writeFileSync } from "node:fs";
import { routePage } from "./route-table.ts";
import { routes } from "./routes.ts";

// `make generate`: the table of routes and roles, docs/api-routes.md.
writeFileSync(new URL("../docs/api-routes.md", import.meta.url), routePage(routes));
