import { html, type Element } from "../html.ts";

/** Part of a bar. */
export interface Segment {
  readonly name: string;
  readonly value: number;
  readonly tone: string;
}

/** Parts of a whole as one bar, with a legend that says each in numbers. */
export function StackedBar(props: {
  label: string;
  segments: readonly Segment[];
  format: (value: number) => string;
}): Element {
  const shown = props.segments.filter(({ value }) => value > 0);
  const total = shown.reduce((sum, { value }) => sum + value, 0);
  return html`<figure class="stacked">
    <div
      class="bar"
      role="img"
      aria-label=${`${props.label}: ${shown.map(({ name, value }) => `${name} ${props.format(value)}`).join(", ")}`}
    >
      ${shown.map(({ value, tone }) => html`<span class=${`fill tone-${tone}`} style=${{ flexGrow: String(value / Math.max(total, 1)) }}></span>`)}
    </div>
    <ul class="legend" aria-hidden="true">
      ${shown.map(
        ({ name, value, tone }) =>
          html`<li class=${`tone-${tone}`}>
            <span class="swatch"></span>${name} <b>${props.format(value)}</b>
          </li>`,
      )}
    </ul>
  </figure>`;
}

/** How much of something is done. */
export function Meter(props: { label: string; done: number; total: number; text?: string }): Element {
  const { label, done, total } = props;
  const share = total === 0 ? 0 : Math.min(done / total, 1);
  return html`<div class="meter">
    <div
      class="bar"
      role="progressbar"
      aria-label=${label}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${Math.floor(share * 100)}
      aria-valuetext=${props.text}
    >
      <span
        class=${`fill tone-${share === 1 ? "good" : "busy"}`}
        style=${{ width: `${share * 100}%` }}
      ></span>
    </div>
    ${props.text !== undefined && html`<span class="meter-text">${props.text}</span>`}
  </div>`;
}

/** One step of something that goes in order. */
export interface Step {
  readonly name: string;
  readonly state: "done" | "now" | "wait" | "failed" | "later";
  readonly note?: string;
}

/** The phases of a run, as steps. */
export function Steps({ label, steps }: { label: string; steps: readonly Step[] }): Element {
  return html`<ol class="steps" aria-label=${label}>
    ${steps.map(
      ({ name, state, note }) =>
        html`<li
          class=${`step step-${state}`}
          aria-current=${state === "now" || state === "wait" ? "step" : undefined}
        >
          <span class="step-mark" aria-hidden="true"></span>
          <span class="step-name">${name}</span>
          ${note !== undefined && html`<span class="step-note">${note}</span>`}
        </li>`,
    )}
  </ol>`;
}
