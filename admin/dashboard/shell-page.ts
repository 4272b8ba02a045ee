import type { Assets } from "./assets.ts";

/** The one page: without inline script or style, so that the content security policy can forbid both. */
export function shellPage({ version, files }: Assets): string {
  const at = (path: string): string => `/assets/${version}/${path}`;
  const modules = [...files.keys()].filter((path) => /\.[jt]s$/.test(path) && path !== "early.ts");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>billing-operator</title>
    <link rel="icon" href="${at("icon.svg")}" type="image/svg+xml" />
    <link rel="stylesheet" href="${at("vendor/uplot.css")}" />
    <link rel="stylesheet" href="${at("style.css")}" />
    <script src="${at("early.ts")}"></script>
${modules.map((path) => `    <link rel="modulepreload" href="${at(path)}" />`).join("\n")}
    <script type="module" src="${at("main.ts")}"></script>
  </head>
  <body>
    <div id="app"></div>
    <noscript>The dashboard needs JavaScript; the API does not: /api/docs</noscript>
  </body>
</html>
`;
}
