import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from "yaml";

/** Steps from the root of a tariff file to a value: `["plans", 2, "usage", "voice"]`. */
export type TariffPath = readonly (string | number)[];

/** `plans[2].usage.voice.tiers[1].from` */
export function formatPath(path: TariffPath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${String(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text === "" ? "(whole file)" : text;
}

/** Line (from 1) of the value at a path, or of the nearest thing around it that exists. Follows aliases and `<<` merges. */
export function lineOf(document: Document, lines: LineCounter, path: TariffPath): number {
  let node: Node | null = document.contents;
  let line = 1;
  for (const step of [null, ...path]) {
    if (step !== null) node = child(node, step, document);
    if (node?.range) line = lines.linePos(node.range[0]).line;
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (node === null) break;
  }
  return line;
}

function child(node: Node | null, step: string | number, document: Document): Node | null {
  if (isSeq(node) && typeof step === "number") return asNode(node.items[step]);
  if (!isMap(node)) return null;
  for (const pair of node.items) {
    if (isScalar(pair.key) && pair.key.value === step) return asNode(pair.value);
  }
  for (const pair of node.items) {
    if (!isScalar(pair.key) || pair.key.value !== "<<") continue;
    const merged = isAlias(pair.value) ? (pair.value.resolve(document) ?? null) : asNode(pair.value);
    const found = child(merged, step, document);
    if (found !== null) return found;
  }
  return null;
}

function asNode(value: unknown): Node | null {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value) ? value : null;
}
