import htm from "htm";
import { h, type ComponentChildren, type VNode } from "preact";

/** Elements as tagged templates: what is put in is text or elements, never markup, so a name like `<img …>` is shown as it is. */
export const html = htm.bind(h) as unknown as (
  strings: TemplateStringsArray,
  ...values: readonly unknown[]
) => VNode;

/** What may stand inside of an element. */
export type Children = ComponentChildren;
/** What a component returns. */
export type Element = VNode;
