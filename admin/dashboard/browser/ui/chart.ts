import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { language } from "../preferences.ts";

/** One line or stack of bars of a chart. */
export interface Series {
  readonly name: string;
  /** A custom property of style.css, without its dashes: `chart-1`, `tone-bad`. */
  readonly color: string;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  readonly label: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly kind?: "lines" | "bars";
  readonly height?: number;
}

const property = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A colour of the theme that is on, as a canvas takes it: only an element resolves `light-dark()`. */
function themeColor(name: string): string {
  const probe = document.createElement("i");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const resolved = getComputedStyle(probe).color;
  probe.remove();
  return resolved;
}

/** A chart over time; the same numbers stand in a table below it, for who cannot see it or wants them exactly. */
export function Chart(props: ChartProps): Element {
  const frame = useRef<HTMLDivElement>(null);
  const theme = useThemeRound();
  useEffect(() => {
    const element = frame.current;
    if (element === null || props.times.length === 0) return undefined;
    const plot = new uPlot(optionsOf(props, element.clientWidth), dataOf(props), element);
    const watch = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: props.height ?? 180 }),
    );
    watch.observe(element);
    return () => {
      watch.disconnect();
      plot.destroy();
    };
  }, [props.times, props.series, theme]);
  if (props.times.length === 0) return html`<p class="empty">${t("common.noneYet")}</p>`;
  return html`<figure class="chart">
    <div ref=${frame} class="chart-frame" role="img" aria-label=${props.label}></div>
    <ul class="legend">
      ${props.series.map(
        ({ name, color, values }) =>
          html`<li>
            <span class="swatch" style=${{ background: `var(--${color})` }}></span>${name}
            <b>${sum(values).toLocaleString()}</b>
          </li>`,
      )}
    </ul>
    <details>
      <summary>${t("common.asTable")}</summary>
      <${NumbersTable} ...${props} />
    </details>
  </figure>`;
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);

function NumbersTable({ label, times, series }: ChartProps): Element {
  const format = new Intl.DateTimeFormat(language(), { dateStyle: "short", timeStyle: "short" });
  const newest = times
    .map((time, index) => ({ time, index }))
    .slice(-60)
    .reverse();
  return html`<div class="table-frame" tabindex="0" role="region" aria-label=${label}>
    <table>
      <thead>
        <tr>
          <th scope="col">${t("common.time")}</th>
          ${series.map(({ name }) => html`<th scope="col" class="num">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${newest.map(
          ({ time, index }) =>
            html`<tr>
              <td>${format.format(time * 1_000)}</td>
              ${series.map(({ values }) => html`<td class="num">${(values[index] ?? 0).toLocaleString()}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function useThemeRound(): number {
  const [round, setRound] = useState(0);
  useEffect(() => {
    const again = (): void => setRound((before) => before + 1);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", again);
    addEventListener("themechange", again);
    return () => {
      system.removeEventListener("change", again);
      removeEventListener("themechange", again);
    };
  }, []);
  return round;
}

/** Bars stand on one another: each series is drawn as the sum of itself and those below it. */
function dataOf({ times, series, kind }: ChartProps): uPlot.AlignedData {
  const below = times.map(() => 0);
  const columns = series.map(({ values }) =>
    values.map((value, index) => {
      if (kind !== "bars") return value;
      below[index] = (below[index] ?? 0) + (value ?? 0);
      return below[index];
    }),
  );
  // The highest sum is drawn first, so that those below it stay seen.
  return [[...times], ...(kind === "bars" ? columns.reverse() : columns)] as uPlot.AlignedData;
}

function optionsOf({ times, series, kind, height = 180 }: ChartProps, width: number): uPlot.Options {
  const axis = {
    stroke: themeColor("ink-soft"),
    font: `11px ${property("font")}`,
    grid: { stroke: themeColor("line"), width: 1 },
    ticks: { show: false },
  };
  const ordered = kind === "bars" ? [...series].reverse() : series;
  const bars =
    kind === "bars" && uPlot.paths.bars !== undefined ? { paths: uPlot.paths.bars({ size: [0.8, 40] }) } : {};
  return {
    width,
    height,
    legend: { show: false },
    cursor: { y: false, points: { show: false } },
    scales: {
      x: {
        time: true,
        range: (_plot, min, max) => rangeOf(times, kind, min, max),
      },
      y: { range: (_plot, _min, max) => [0, Math.max(max, 1) * 1.08] },
    },
    axes: [
      { ...axis, values: (_plot, splits) => ticks(splits), space: 64 },
      { ...axis, size: 46, values: (_plot, splits) => splits.map((split) => compact(split)) },
    ],
    series: [
      {},
      ...ordered.map(({ name, color }) => ({
        label: name,
        stroke: themeColor(color),
        width: kind === "bars" ? 0 : 1.5,
        ...(kind === "bars" && { fill: themeColor(color) }),
        points: { show: kind !== "bars" && times.length < 2 },
        ...bars,
      })),
    ],
  };
}

/** Half a bar of room on both sides. Of a single time uPlot would make days. */
function rangeOf(
  times: readonly number[],
  kind: ChartProps["kind"],
  min: number,
  max: number,
): [number, number] {
  const step = Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)), 3_600);
  const [only] = times;
  if (times.length === 1 && only !== undefined) return [only - step / 2, only + step / 2];
  return kind === "bars" ? [min - step / 2, max + step / 2] : [min, max];
}

/** Hours of one day or two, days of more. */
function ticks(splits: readonly number[]): string[] {
  const [first = 0, second = first] = splits;
  const days = second - first >= 86_400;
  const options: Intl.DateTimeFormatOptions = days
    ? { day: "numeric", month: "numeric" }
    : { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const format = new Intl.DateTimeFormat(language() === "ko" ? "ko-KR" : "en-GB", options);
  return splits.map((split) => format.format(split * 1_000));
}

const compact = (value: number): string =>
  Number.isInteger(value) ? value.toLocaleString("en", { notation: "compact" }) : "";
