import { useEffect, useState } from "preact/hooks";
import { html, type Element } from "../html.ts";

const said = new EventTarget();
const shownMs = 6_000;

/** Says in passing what was done: shown for a while, and read out. */
export function announce(text: string): void {
  said.dispatchEvent(new CustomEvent("say", { detail: text }));
}

/** Where it is said. */
export function Announcements(): Element {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer: number | undefined;
    const say = (event: Event): void => {
      clearTimeout(timer);
      setText((event as CustomEvent<string>).detail);
      timer = window.setTimeout(() => setText(""), shownMs);
    };
    said.addEventListener("say", say);
    return () => said.removeEventListener("say", say);
  }, []);
  return html`<div class="announcements" role="status" aria-live="polite">
    ${text !== "" && html`<p class="toast">${text}</p>`}
  </div>`;
}
