import { useEffect, useRef } from "preact/hooks";
import type { ApiProblem } from "../api.ts";
import { html, type Children, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import type { Resource } from "../use-resource.ts";

/** A page: its heading gets the focus when one comes to it, so that a screen reader says where one is. */
export function Page(props: {
  title: string;
  actions?: Children;
  above?: Children;
  children?: Children;
}): Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${props.title} · billing-operator`;
  }, [props.title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return html`<div class="page">
    ${props.above}
    <header class="page-head">
      <h1 tabindex="-1" ref=${heading}>${props.title}</h1>
      <div class="actions">${props.actions}</div>
    </header>
    ${props.children}
  </div>`;
}

/** A titled part of a page. */
export function Panel(props: {
  title?: string;
  note?: Children;
  actions?: Children;
  class?: string;
  children?: Children;
}): Element {
  return html`<section class=${`panel ${props.class ?? ""}`}>
    ${
      props.title !== undefined &&
      html`<header class="panel-head">
        <h2>${props.title}</h2>
        ${props.note !== undefined && html`<span class="note">${props.note}</span>`}
        <div class="actions">${props.actions}</div>
      </header>`
    }
    ${props.children}
  </section>`;
}

/** What went wrong, as a sentence, with every field that is wrong. */
export function Problem({ problem }: { problem: ApiProblem | undefined }): Element | null {
  if (problem === undefined) return null;
  return html`<div class="problem" role="alert">
    <p>${sentence(problem)}</p>
    ${
      problem.fields.length > 0 &&
      html`<ul>
        ${problem.fields.map(
          ({ field, message }) =>
            html`<li><code>${field === "" ? t("common.whole") : field}</code> ${message}</li>`,
        )}
      </ul>`
    }
    ${problem.requestId !== "" && html`<p class="fine">${t("common.request")} <code>${problem.requestId}</code></p>`}
  </div>`;
}

function sentence({ status, message }: ApiProblem): string {
  if (status === 0) return t("problem.unreachable");
  if (status === 403) return `${t("problem.notAllowed")} (${message})`;
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?다]$/.test(text) ? text : `${text}.`;
}

/** What was read, once it is there; before that, a quiet word; or the problem. */
export function Loaded<Answer>(props: {
  resource: Resource<Answer>;
  children: (value: Answer) => Children;
}): Element {
  const { value, problem } = props.resource;
  return html`<div class="loaded" aria-busy=${props.resource.loading ? "true" : "false"}>
    <${Problem} problem=${problem} />
    ${
      value === undefined
        ? problem === undefined && html`<p class="loading">${t("common.loading")}</p>`
        : props.children(value)
    }
  </div>`;
}

/** Names and values, in columns. */
export function Facts({ rows }: { rows: readonly (readonly [string, Children])[] }): Element {
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A large number with its name. */
export function Figure(props: { name: string; value: Children; note?: Children; tone?: string }): Element {
  return html`<div class=${`figure ${props.tone === undefined ? "" : `tone-${props.tone}`}`}>
    <span class="figure-name">${props.name}</span>
    <span class="figure-value">${props.value}</span>
    ${props.note !== undefined && html`<span class="figure-note">${props.note}</span>`}
  </div>`;
}
