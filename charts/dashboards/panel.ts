/** A unit by Grafana's name for it. */
export type Unit = "short" | "s" | "ops" | "reqps" | "Bps" | "bytes" | "percentunit" | "none";

/** One series or several of a panel; `@` in the expression stands for the release's labels. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** A panel, as far as dashboards of ours differ. */
export interface Panel {
  readonly title: string;
  /** What is seen, and what to make of it. */
  readonly description: string;
  readonly unit: Unit;
  /** [timeseries] `stat`: the latest value in large; `state`: when which value held. */
  readonly kind?: "timeseries" | "stat" | "gauge" | "state";
  /** Of 24 columns [8]. */
  readonly width?: number;
  readonly isStacked?: boolean;
  readonly max?: number;
  /** From where on the value is red; below it is green. */
  readonly redFrom?: number;
  /** Alerts whose runbooks the panel links to. */
  readonly alerts?: readonly string[];
  readonly queries: readonly Query[];
}

/** A heading and the panels below it, from left to right. */
export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A dashboard. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly Row[];
}

const datasource = { type: "prometheus", uid: "${datasource}" };

function thresholds({ redFrom }: Panel): object {
  const green = { color: "green", value: null };
  return {
    mode: "absolute",
    steps: redFrom === undefined ? [green] : [green, { color: "red", value: redFrom }],
  };
}

function drawing({ kind = "timeseries", isStacked = false, redFrom }: Panel): object {
  if (kind === "state") return { custom: { fillOpacity: 70, lineWidth: 0 } };
  if (kind !== "timeseries") return {};
  const stacked = isStacked ? { stacking: { mode: "normal" }, fillOpacity: 20 } : {};
  const line = redFrom === undefined ? {} : { thresholdsStyle: { mode: "line" } };
  return { custom: { ...stacked, ...line } };
}

/** The panel as Grafana stores it. */
export function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { title, description, unit, kind = "timeseries", max, alerts = [], queries } = panel;
  return {
    id,
    type: kind === "state" ? "state-timeline" : kind,
    title,
    description,
    datasource,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(max !== undefined && { max }),
        thresholds: thresholds(panel),
        ...drawing(panel),
      },
      overrides: [],
    },
    ...(alerts.length > 0 && {
      links: alerts.map((alert) => ({
        title: `${alert}: what to do`,
        url: `\${runbooks}/${alert}.md`,
        targetBlank: true,
      })),
    }),
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + index),
      expr: expr.replaceAll("@", 'namespace="$namespace",release="$release"'),
      legendFormat: legend,
      datasource,
    })),
  };
}
