import { useId } from "preact/hooks";
import { html, type Children, type Element } from "../html.ts";
import { t } from "../i18n.ts";

interface Labelled {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with it. */
  readonly wrong?: string | undefined;
}

const units = ["ms", "s", "m", "h"] as const;
const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const dayMs = 86_400_000;
type Unit = (typeof units)[number];

const typed = (event: Event): string => (event.target as HTMLInputElement).value;

/** An input for a number with what stands behind it, and what it wants or what is wrong tied to it. */
function Amount(
  props: Labelled & { value: string; onInput: (value: string) => void; after: Children },
): Element {
  const { label, hint, wrong, value, onInput, after } = props;
  const id = useId();
  const said = wrong ?? hint;
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <div class="amount">
      <input
        id=${id}
        type="number"
        min="0"
        required
        inputmode="numeric"
        value=${value}
        aria-describedby=${said === undefined ? undefined : `${id}-about`}
        aria-invalid=${wrong === undefined ? undefined : "true"}
        onInput=${(event: Event) => onInput(typed(event))}
      />${after}
    </div>
    ${said !== undefined && html`<span id=${`${id}-about`} class=${wrong === undefined ? "hint" : "wrong"}>${said}</span>`}
  </div>`;
}

interface NumberProps extends Labelled {
  readonly unit: string;
  /** NaN while nothing is typed. */
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A labelled number with its unit. */
export function NumberField({ value, unit, onChange, ...rest }: NumberProps): Element {
  return html`<${Amount}
    ...${rest}
    value=${Number.isNaN(value) ? "" : String(value)}
    onInput=${(text: string) => onChange(text === "" ? NaN : Number(text))}
    after=${html`<span class="unit">${unit}</span>`}
  />`;
}

interface DurationProps extends Labelled {
  /** As the API writes it: `90s`; without its number while nothing is typed. */
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** A labelled duration: a number, its unit to choose, and what long ones are in days. */
export function DurationField({ value, onChange, ...rest }: DurationProps): Element {
  const [, count = "", unit = "s"] = /^(.*?)(ms|s|m|h)$/.exec(value) ?? [];
  const days = (Number(count) * unitMs[unit as Unit]) / dayMs;
  const choose = html`<select
      aria-label=${t("policy.unitOf", { what: rest.label })}
      onChange=${(event: Event) => onChange(`${count}${typed(event)}`)}
    >
      ${units.map((each) => html`<option value=${each} selected=${each === unit}>${t(`policy.unit.${each}`)}</option>`)}
    </select>
    ${days >= 2 && html`<span class="unit">${t("policy.days", { n: Math.round(days * 10) / 10 })}</span>`}`;
  return html`<${Amount}
    ...${rest}
    value=${count}
    onInput=${(text: string) => onChange(`${text}${unit}`)}
    after=${choose}
  />`;
}
