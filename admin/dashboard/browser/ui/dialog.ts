import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { html, type Children, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { useCommand } from "../use-command.ts";
import { Field } from "./form.ts";
import { Problem } from "./page.ts";
import { announce } from "./toast.ts";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children?: Children;
  readonly wide?: boolean;
}

/** A dialog of the browser's: it keeps the focus, closes by Escape, and gives the focus back. */
export function Dialog({ title, onClose, children, wide }: DialogProps): Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return html`<dialog
    ref=${dialog}
    class=${wide === true ? "wide" : ""}
    aria-labelledby="dialog-title"
    onClose=${onClose}
  >
    <h2 id="dialog-title">${title}</h2>
    ${children}
  </dialog>`;
}

/** A changing call that a button stands for. */
export interface ActionProps {
  readonly label: string;
  readonly method?: string;
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What will happen, in a sentence or two. */
  readonly says: Children;
  /** Ask why: `required`, or as one likes; what is typed becomes `reason`. */
  readonly reason?: "required" | "optional";
  readonly tone?: "primary" | "danger" | "plain";
  readonly disabled?: boolean;
  readonly onDone?: (answer: unknown) => void;
  /** More fields; what they are is in `body`. */
  readonly children?: Children;
}

/** A button whose dialog says what happens; only there it is pressed for good. */
export function Action(props: ActionProps): Element {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  // A layout effect ends while the button still stands there.
  useLayoutEffect(() => () => leaveFocus(button.current), []);
  const kind = props.tone === undefined || props.tone === "plain" ? "" : props.tone;
  return html`<button
      ref=${button}
      type="button"
      class=${kind}
      disabled=${props.disabled}
      onClick=${() => setOpen(true)}
    >
      ${props.label}</button
    >${open && html`<${Confirm} ...${props} onClose=${() => setOpen(false)} />`}`;
}

/** A button that is offered no more takes the focus with it: who works by keyboard goes on at the heading, not at the top of the frame. */
function leaveFocus(button: HTMLButtonElement | null): void {
  if (button !== null && document.activeElement === button) document.querySelector("h1")?.focus();
}

function Confirm(props: ActionProps & { readonly onClose: () => void }): Element {
  const { label, method = "POST", path, body = {}, onClose, onDone, reason } = props;
  const [why, setWhy] = useState("");
  const { busy, problem, press } = useCommand<object>(method, path);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const answer = await press(reason === undefined || why === "" ? body : { ...body, reason: why });
    if (answer === undefined) return;
    announce(t("common.done", { what: label }));
    onClose();
    onDone?.(answer);
  };
  return html`<${Dialog} title=${label} onClose=${onClose}>
    <form onSubmit=${(event: Event) => void submit(event)}>
      <div class="says">${props.says}</div>
      ${props.children}
      ${
        reason !== undefined &&
        html`<${Field}
          label=${t("common.reason")}
          value=${why}
          onChange=${setWhy}
          required=${reason === "required"}
          multiline
        />`
      }
      <${Problem} problem=${problem} />
      ${problem?.isUncertain === true && html`<p class="fine">${t("problem.pressAgain")}</p>`}
      <div class="dialog-actions">
        <button type="button" onClick=${onClose}>${t("common.cancel")}</button>
        <button
          type="submit"
          class=${props.tone === "danger" ? "danger" : "primary"}
          disabled=${busy}
          aria-busy=${busy ? "true" : "false"}
        >
          ${label}
        </button>
      </div>
    </form>
  <//>`;
}
