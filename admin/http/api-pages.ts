import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Router } from "express";

const swaggerFolder = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>billing-operator API</title>
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="/api/docs/swagger-ui-bundle.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;

// Changing calls carry the token that a page of ours got at sign-in.
const start = `
const csrf = () => /(?:^|; )billing_csrf=([^;]+)/.exec(document.cookie)?.[1];
SwaggerUIBundle({
  url: "/api/openapi.json", dom_id: "#api", deepLinking: true, validatorUrl: null,
  requestInterceptor: (request) => {
    const token = csrf();
    if (token) request.headers["X-CSRF-Token"] = token;
    return request;
  },
});
`;

/** `/openapi.json`, and the page that one browses it by, at `/docs`. */
export function apiPages(description: object): Router {
  const router = Router();
  router.get("/openapi.json", (_request, response) => {
    response.json(description);
  });
  router.get("/docs", (_request, response) => {
    response.type("html").send(page);
  });
  router.get("/docs/start.js", (_request, response) => {
    response.type("js").send(start);
  });
  for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) {
    router.get(`/docs/${file}`, (_request, response) => {
      response.sendFile(join(swaggerFolder, file), { maxAge: "1d" });
    });
  }
  return router;
}
