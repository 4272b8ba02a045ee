import { Router, type Response } from "express";
import { notFound } from "../http/problem.ts";
import type { Assets } from "./assets.ts";
import { shellPage } from "./shell-page.ts";

/** Nothing of the browser's own code stands below these. */
const notPages = /^\/(api|tmf-api|session|assets|healthz|metrics)(\/|$)/;

/** The dashboard: its files below `/assets/<version>/`, kept for a year, and one page for every other address. */
export function dashboardPages(assets: Assets): Router {
  const router = Router();
  const shell = shellPage(assets);
  router.get("/assets/:version/*path", (request, response) => {
    const { version, path } = request.params as { version: string; path: readonly string[] };
    const asset = version === assets.version ? assets.files.get(path.join("/")) : undefined;
    // After an update the page of a former version asks for files that are gone: it says so and loads itself anew.
    if (asset === undefined) throw notFound("such file");
    response.set({ "Content-Type": asset.type, ETag: asset.etag, "X-Content-Type-Options": "nosniff" });
    response.set("Cache-Control", "public, max-age=31536000, immutable");
    response.send(asset.body);
  });
  router.get("/*path", (request, response, next) => {
    if (notPages.test(request.path) || request.accepts(["html", "json"]) !== "html") next();
    else sendShell(response, shell);
  });
  router.get("/", (_request, response) => {
    sendShell(response, shell);
  });
  return router;
}

function sendShell(response: Response, shell: string): void {
  response.set("Cache-Control", "no-cache").type("html").send(shell);
}
