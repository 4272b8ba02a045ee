import type { Express } from "express";

/** A layer of Express's router, as far as it is looked at: a route, another router, or what is asked before and after them. */
interface Layer {
  readonly rawPath: unknown;
  readonly name: string;
  readonly slash: boolean;
  readonly handle: { readonly stack?: readonly Layer[] };
  readonly route?: { readonly path: unknown; readonly methods: Readonly<Record<string, boolean>> };
}

/** What an app has mounted. */
export interface Mounted {
  /** `GET /api/v1/runs/{name}`, sorted. */
  readonly routes: readonly string[];
  /** What every request passes, in order; with its path when it is not every request. */
  readonly passed: readonly string[];
}

/** Walks the stack of routers; anything that answers without being a route is among what is passed. */
export function mountedRoutes(app: Express): Mounted {
  const routes: string[] = [];
  const passed: string[] = [];
  const walk = (layers: readonly Layer[], prefix: string): void => {
    for (const { route, handle, slash, rawPath, name } of layers) {
      if (route !== undefined) {
        const methods = Object.keys(route.methods).map((method) => method.toUpperCase());
        routes.push(...methods.map((method) => `${method} ${address(prefix, route.path)}`));
      } else if (handle.stack !== undefined) walk(handle.stack, slash ? prefix : prefix + String(rawPath));
      else passed.push(slash && prefix === "" ? name : `${name} ${prefix}${String(rawPath)}`);
    }
  };
  walk((app.router as unknown as { readonly stack: readonly Layer[] }).stack, "");
  return { routes: routes.sort(), passed };
}

/** Of `/runs` and `/:name/*rest`: `/runs/{name}/{rest}`. */
function address(prefix: string, path: unknown): string {
  const own = String(path).replaceAll(/[:*](\w+)/g, "{$1}");
  return prefix !== "" && own === "/" ? prefix : prefix + own;
}
