import { sessionRoutes } from "./access/session-routes.ts";
import { eventRoute } from "./events/event-stream.ts";
import type { DescribedRoute, WholeRoute } from "./http/described-route.ts";
import { openPages } from "./http/open-pages.ts";
import { routes } from "./routes.ts";
import { tmfBase } from "./tmf678/resource.ts";
import { tmfRoutes } from "./tmf678/resources.ts";

const head = `# Routes of the admin API

Every route, the role that it asks for, and what it does. Generated from the routes (\`make generate\`); reviewed as access rights are: a
test compares the list with what the server has mounted, and calls each route as nobody and under each role.
`;

/** What OpenAPI describes; the read side of TMF678 has a description of its own. */
export const describedRoutes: readonly DescribedRoute[] = [...sessionRoutes, ...routes, eventRoute];

/** Every route that asks who is there and answers as a whole, by its whole path: of the API, and of the read side of TMF678. */
export const wholeRoutes: readonly WholeRoute[] = [...below("/api/v1", routes), ...below(tmfBase, tmfRoutes)];

/** Every route that the server has. One that is mounted and not here fails a test, as does one that is here and not mounted. */
export const everyRoute: readonly WholeRoute[] = [
  ...below("/api/v1", describedRoutes),
  ...below(tmfBase, tmfRoutes),
  ...openPages,
];

function below(common: string, own: readonly DescribedRoute[]): WholeRoute[] {
  return own.map(({ method, base = common, path, role, tag, summary }) => ({
    ...{ method, path: base + path, role, tag, summary },
  }));
}

/** One line of the table. */
export interface RouteLine {
  readonly method: string;
  readonly path: string;
  readonly role: string;
}

/** The page \`docs/api-routes.md\`, formatted as Prettier would. */
export function routePage(listed: readonly WholeRoute[]): string {
  const sections = Map.groupBy(listed, ({ tag }) => tag);
  const text = [...sections].map(([tag, own]) => `\n## ${tag}\n\n${table(own)}\n`).join("");
  return head + text;
}

function table(own: readonly WholeRoute[]): string {
  const rows = own.map(({ method, path, role, summary }) => [
    method.toUpperCase(),
    `\`${path}\``,
    role,
    summary.replaceAll("|", "\\|"),
  ]);
  const columns = [["method", "path", "role", "what it does"], ...rows];
  const widths = [0, 1, 2, 3].map((index) => Math.max(3, ...columns.map((row) => row[index]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [first = [], ...rest] = columns;
  return [line(first), rule, ...rest.map(line)].join("\n");
}

/** The routes that a page lists. */
export function readRoutePage(page: string): readonly RouteLine[] {
  const lines = page.matchAll(/^\| (GET|POST|PUT|PATCH|DELETE) *\| `([^`]+)` *\| (\w+) *\|/gm);
  return [...lines].map(([, method = "", path = "", role = ""]) => ({ method, path, role }));
}
