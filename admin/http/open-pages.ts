import type { WholeRoute } from "./described-route.ts";
import { tmfBase } from "../tmf678/resource.ts";

/** Pages and files for anybody: they are the program's, and hold nothing of this installation. */
export const openPages: readonly WholeRoute[] = [
  page("/", "The dashboard"),
  page("/{path}", "The dashboard, at every address that is nothing else"),
  page("/assets/{version}/{path}", "Its scripts and styles"),
  page("/api/openapi.json", "The description of this API (OpenAPI 3.1)"),
  page("/api/docs", "A page to browse it, and to call it"),
  page("/api/docs/start.js", "A file of that page"),
  page("/api/docs/swagger-ui.css", "A file of that page"),
  page("/api/docs/swagger-ui-bundle.js", "A file of that page"),
  page(`${tmfBase}/openapi.json`, "The description of the read side of TMF678"),
];

function page(path: string, summary: string): WholeRoute {
  return { method: "get", path, role: "anybody", tag: "Pages", summary };
}
