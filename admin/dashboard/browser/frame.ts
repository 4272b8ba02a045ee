import { useEffect, useState } from "preact/hooks";
import { session } from "./api.ts";
import { html, type Element } from "./html.ts";
import { codeName, t } from "./i18n.ts";
import { isCurrent, navigation } from "./navigation.ts";
import { PersonContext, type Person } from "./person.ts";
import { go, match, useLocation } from "./router.ts";
import { pages } from "./pages.ts";
import { Page } from "./ui/page.ts";
import { Switches } from "./ui/switches.ts";
import { Announcements } from "./ui/toast.ts";

interface FrameProps {
  readonly person: Person;
  readonly onOut: () => void;
  readonly onLanguage: () => void;
}

const icon = new URL("icon.svg", import.meta.url).pathname;

/** Menu and page. */
export function Frame({ person, onOut, onLanguage }: FrameProps): Element {
  const { path } = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  const leave = async (): Promise<void> => {
    await session.end();
    go("/", { replace: true });
    onOut();
  };
  return html`<${PersonContext.Provider} value=${person}>
    <a class="skip" href="#content">${t("nav.skip")}</a>
    <div class="menu-bar">
      <a class="brand" href="/"><img src=${icon} alt="" />billing-operator</a>
      <button
        type="button"
        aria-expanded=${open ? "true" : "false"}
        aria-controls="menu"
        onClick=${() => setOpen(!open)}
      >
        ${t("nav.menu")}
      </button>
    </div>
    <div class="frame">
      <nav id="menu" class=${`sidebar ${open ? "open" : ""}`} aria-label=${t("nav.main")}>
        <a class="brand" href="/"><img src=${icon} alt="" />billing-operator</a>
        <${Menu} path=${path} />
        <div class="nav-foot">
          <${Switches} onLanguage=${onLanguage} />
          <div class="who">
            <span>${person.name}<small>${person.roles.map(codeName).join(", ")}</small></span>
            ${
              // Who came with a token was signed in elsewhere, and signs out there.
              person.via === "session" &&
              html`<button type="button" onClick=${() => void leave()}>${t("session.out")}</button>`
            }
          </div>
        </div>
      </nav>
      <main id="content" tabindex="-1"><${CurrentPage} key=${path} path=${path} /></main>
    </div>
    <${Announcements} />
  <//>`;
}

function Menu({ path }: { path: string }): Element {
  return html`<div class="nav-list">
    ${navigation.map(
      ({ word, entries }) =>
        html`<ul class="nav-group">
          ${word !== null && html`<li class="nav-name">${t(word)}</li>`}
          ${entries.map(
            ({ to, word: name }) =>
              html`<li>
                <a href=${to} aria-current=${isCurrent(to, path) ? "page" : undefined}>${t(name)}</a>
              </li>`,
          )}
        </ul>`,
    )}
    <ul class="nav-group">
      <li><a href="/api/docs">${t("nav.api")}</a></li>
    </ul>
  </div>`;
}

function CurrentPage({ path }: { path: string }): Element {
  for (const [pattern, Shown] of pages) {
    const parameters = match(pattern, path);
    if (parameters !== null) return html`<${Shown} ...${parameters} />`;
  }
  return html`<${Page} title=${t("common.notThere")}
    ><p><a href="/">${t("common.back")}</a></p><//
  >`;
}
