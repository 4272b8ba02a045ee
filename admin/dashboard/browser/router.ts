import { useEffect, useState } from "preact/hooks";

const changed = new EventTarget();

/** Goes to an address of the dashboard. */
export function go(to: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  changed.dispatchEvent(new Event("change"));
}

/** Where the page is; components that use it are drawn anew when that changes. */
export function useLocation(): { readonly path: string; readonly query: URLSearchParams } {
  const [, redraw] = useState(0);
  useEffect(() => {
    const again = (): void => redraw((before) => before + 1);
    changed.addEventListener("change", again);
    addEventListener("popstate", again);
    return () => {
      changed.removeEventListener("change", again);
      removeEventListener("popstate", again);
    };
  }, []);
  return { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Filters of a list live in the address, so that they can be sent to somebody and survive a reload. */
export function setQuery(values: Readonly<Record<string, string | undefined>>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  go(text === "" ? location.pathname : `${location.pathname}?${text}`, { replace: true });
}

/** Parameters of `/runs/:name` in a path; null when it is another page. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const own = given[index] ?? "";
    if (part.startsWith(":")) found[part.slice(1)] = decodeURIComponent(own);
    else if (part !== own) return null;
  }
  return found;
}

/** Plain links of the page change it without loading it anew; with a modifier key, or to elsewhere, they do as ever. */
export function followLinks(): void {
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link?.target !== "" || link.origin !== location.origin) return;
    if (link.hasAttribute("download") || /^\/(api|session|assets)(\/|$)/.test(link.pathname)) return;
    if (link.pathname === location.pathname && link.hash !== "") return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}
