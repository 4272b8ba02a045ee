import { useId } from "preact/hooks";
import { html, type Element } from "../html.ts";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: string;
  readonly hint?: string;
  /** What is wrong with it. */
  readonly wrong?: string | undefined;
  readonly required?: boolean;
  readonly multiline?: boolean;
  readonly autocomplete?: string;
  readonly placeholder?: string;
  readonly rows?: number;
  readonly pattern?: string;
  readonly maxlength?: number;
  readonly disabled?: boolean;
}

/** A labelled input, with what it wants and what is wrong tied to it. */
export function Field(props: FieldProps): Element {
  const { label, value, onChange, hint, wrong, multiline, type = "text", ...rest } = props;
  const id = useId();
  const about = `${id}-about`;
  const said = wrong ?? hint;
  const common = {
    ...rest,
    id,
    value,
    "aria-describedby": said === undefined ? undefined : about,
    "aria-invalid": wrong === undefined ? undefined : "true",
    onInput: (event: Event) => onChange((event.target as HTMLInputElement).value),
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${multiline === true ? html`<textarea rows="3" ...${common}></textarea>` : html`<input type=${type} ...${common} />`}
    ${said !== undefined && html`<span id=${about} class=${wrong === undefined ? "hint" : "wrong"}>${said}</span>`}
  </div>`;
}

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
  readonly disabled?: boolean;
}

/** A labelled choice. */
export function Select({ label, value, options, onChange, disabled }: SelectProps): Element {
  const id = useId();
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <select
      id=${id}
      disabled=${disabled}
      value=${value}
      onChange=${(event: Event) => onChange((event.target as HTMLSelectElement).value)}
    >
      ${options.map(([code, name]) => html`<option value=${code} selected=${code === value}>${name}</option>`)}
    </select>
  </div>`;
}

/** A labelled tick. */
export function Check(props: { label: string; value: boolean; onChange: (value: boolean) => void }): Element {
  const id = useId();
  return html`<div class="check">
    <input
      id=${id}
      type="checkbox"
      checked=${props.value}
      onChange=${(event: Event) => props.onChange((event.target as HTMLInputElement).checked)}
    />
    <label for=${id}>${props.label}</label>
  </div>`;
}

/** Tabs as plain buttons that are pressed or not. */
export function Choice(props: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}): Element {
  return html`<div class="choice" role="group" aria-label=${props.label}>
    ${props.options.map(
      ([code, name]) =>
        html`<button
          type="button"
          aria-pressed=${code === props.value ? "true" : "false"}
          onClick=${() => props.onChange(code)}
        >
          ${name}
        </button>`,
    )}
  </div>`;
}
