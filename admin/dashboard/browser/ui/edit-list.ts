import { useId, useRef } from "preact/hooks";
import { html, type Children, type Element } from "../html.ts";
import { t } from "../i18n.ts";

interface EditListProps<Item> {
  readonly label: string;
  readonly hint: string;
  /** What is wrong with the list as a whole. */
  readonly wrong?: string | undefined;
  readonly items: readonly Item[];
  readonly onChange: (items: readonly Item[]) => void;
  /** What an item is called where it is removed or moved. */
  readonly nameOf: (item: Item, index: number) => string;
  readonly row: (item: Item, index: number, replace: (item: Item) => void) => Children;
  /** Buttons that append: what stands on each, and the item. */
  readonly additions: readonly (readonly [string, Item])[];
  /** Items can be moved. */
  readonly ordered?: boolean;
  /** Fewer items than this cannot be left. */
  readonly least?: number;
  readonly class?: string;
}

/** What the buttons of a list do; the focus goes where the person will go on. */
function useEdits<Item>(items: readonly Item[], onChange: (items: readonly Item[]) => void) {
  const list = useRef<HTMLElement>(null);
  // The first that is there, once what was changed is drawn.
  const focusOn = (...wanted: readonly string[]): void => {
    requestAnimationFrame(() => {
      const found = wanted.map((each) => list.current?.querySelector<HTMLElement>(each)).find(Boolean);
      found?.focus();
    });
  };
  const add = (item: Item): void => {
    onChange([...items, item]);
    focusOn("ol > li:last-child input", "ol > li:last-child button:enabled");
  };
  const remove = (index: number): void => {
    onChange(items.toSpliced(index, 1));
    focusOn(".additions button");
  };
  const move = (index: number, to: number): void => {
    onChange(items.toSpliced(index, 1).toSpliced(to, 0, ...items.slice(index, index + 1)));
    const [way, back] = to < index ? ["up", "down"] : ["down", "up"];
    const buttons = `ol > li:nth-child(${to + 1}) button`;
    focusOn(`${buttons}.${way}:enabled`, `${buttons}.${back}:enabled`);
  };
  const replace = (index: number) => (item: Item) => onChange(items.with(index, item));
  return { list, add, remove, move, replace };
}

/** A list whose items are added, removed and, where their order counts, moved. */
export function EditList<Item>(props: EditListProps<Item>): Element {
  const { label, hint, wrong, items, additions } = props;
  const { list, add, remove, move, replace } = useEdits(items, props.onChange);
  const id = useId();
  const row = (item: Item, index: number): Element => {
    const name = props.nameOf(item, index);
    const actions = { ...props, name, index, onMove: move, onRemove: remove };
    return html`<li>
      <div class="row" role="group" aria-label=${name}>
        ${props.row(item, index, replace(index))}<${RowActions} ...${actions} />
      </div>
    </li>`;
  };
  return html`<div
    class=${`edit-list ${props.class ?? ""}`}
    role="group"
    aria-labelledby=${id}
    aria-describedby=${`${id}-about`}
    ref=${list}
  >
    <h3 id=${id}>${label}</h3>
    <p id=${`${id}-about`} class="hint">${hint}</p>
    <ol>
      ${items.map(row)}
    </ol>
    ${wrong !== undefined && html`<p class="wrong" tabindex="-1" data-wrong>${wrong}</p>`}
    <div class="additions">
      ${additions.map(
        ([name, item]) =>
          html`<button type="button" onClick=${() => add(item)}>
            <span aria-hidden="true">+</span> ${name}
          </button>`,
      )}
    </div>
  </div>`;
}

interface RowActionsProps {
  readonly name: string;
  readonly index: number;
  readonly items: readonly unknown[];
  readonly ordered?: boolean;
  readonly least?: number;
  readonly onMove: (index: number, to: number) => void;
  readonly onRemove: (index: number) => void;
}

function RowActions({ name, index, items, ordered, least = 0, onMove, onRemove }: RowActionsProps): Element {
  const button = (
    kind: "up" | "down" | "remove",
    sign: string,
    disabled: boolean,
    press: () => void,
  ): Element =>
    html`<button
      type="button"
      class=${`quiet ${kind}`}
      aria-label=${t(`policy.${kind}`, { what: name })}
      disabled=${disabled}
      onClick=${press}
    >
      ${sign}
    </button>`;
  return html`<div class="row-actions">
    ${ordered === true && button("up", "↑", index === 0, () => onMove(index, index - 1))}
    ${ordered === true && button("down", "↓", index === items.length - 1, () => onMove(index, index + 1))}
    ${button("remove", "×", items.length <= least, () => onRemove(index))}
  </div>`;
}
