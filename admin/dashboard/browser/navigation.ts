import type { Word } from "./i18n.ts";

/** One entry of the menu. */
export interface NavEntry {
  readonly to: string;
  readonly word: Word;
}

/** The menu, by group. */
export const navigation: readonly { readonly word: Word | null; readonly entries: readonly NavEntry[] }[] = [
  { word: null, entries: [{ to: "/", word: "nav.overview" }] },
  {
    word: "nav.billing",
    entries: [
      { to: "/runs", word: "nav.runs" },
      { to: "/schedules", word: "nav.schedules" },
      { to: "/members", word: "nav.members" },
      { to: "/adjustments", word: "nav.adjustments" },
    ],
  },
  {
    word: "nav.sending",
    entries: [
      { to: "/delivery", word: "nav.delivery" },
      { to: "/messages", word: "nav.queue" },
      { to: "/dead-letters", word: "nav.dead" },
      { to: "/templates", word: "nav.templates" },
      { to: "/policies", word: "nav.policies" },
    ],
  },
  {
    word: "nav.system",
    entries: [
      { to: "/batches", word: "nav.batches" },
      { to: "/store", word: "nav.store" },
      { to: "/audit", word: "nav.audit" },
    ],
  },
];

/** Whether an entry is where the page is. */
export const isCurrent = (to: string, path: string): boolean =>
  to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
