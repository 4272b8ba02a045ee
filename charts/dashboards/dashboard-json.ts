import { panelJson, type Dashboard, type Row } from "./panel.ts";

const columns = 24;
const height = 8;
/** Of what every installation serves. */
const known = "billing_claim_checks_queued_total";

/** The dashboard as Grafana stores it. */
export function dashboardJson({ uid, title, description, rows }: Dashboard): object {
  return {
    uid,
    title,
    description,
    tags: ["billing"],
    schemaVersion: 39,
    editable: true,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    timezone: "browser",
    links: [
      {
        type: "dashboards",
        tags: ["billing"],
        title: "Billing",
        asDropdown: false,
        keepTime: true,
        includeVars: true,
      },
    ],
    templating: {
      list: [
        { name: "datasource", type: "datasource", query: "prometheus" },
        variable("namespace", `label_values(${known}, namespace)`),
        variable("release", `label_values(${known}{namespace="$namespace"}, release)`),
        // The chart puts monitoring.runbooks here.
        { name: "runbooks", type: "constant", query: "docs/runbooks", hide: 2 },
      ],
    },
    panels: laidOut(rows),
  };
}

function variable(name: string, query: string): object {
  return {
    ...{ name, type: "query", datasource: { type: "prometheus", uid: "${datasource}" } },
    ...{ query: { query, refId: name }, definition: query, refresh: 2, includeAll: false, sort: 1 },
  };
}

/** Rows below each other; panels of a row from left to right, and on below when it is full. */
function laidOut(rows: readonly Row[]): object[] {
  const panels: object[] = [];
  let y = 0;
  for (const row of rows) {
    const place = { x: 0, y, w: columns, h: 1 };
    panels.push({
      id: panels.length + 1,
      type: "row",
      title: row.title,
      collapsed: false,
      gridPos: place,
      panels: [],
    });
    y += 1;
    let x = 0;
    for (const panel of row.panels) {
      const w = panel.width ?? 8;
      if (x + w > columns) [x, y] = [0, y + height];
      panels.push(panelJson(panel, panels.length + 1, { x, y, w, h: height }));
      x += w;
    }
    y += height;
  }
  return panels;
}
