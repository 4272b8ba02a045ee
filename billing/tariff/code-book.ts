import type { LabelSource } from "./schema.ts";

/** Collects the item codes of a tariff in the order in which they are first named, each with its label. */
export class CodeBook {
  readonly codes: string[] = [];
  readonly labels = new Map<string, LabelSource>();

  /** Adds a code once and returns it; a later label for the same code is ignored. */
  add(code: string, label: LabelSource): string {
    if (!this.labels.has(code)) {
      this.labels.set(code, label);
      this.codes.push(code);
    }
    return code;
  }
}

/** A label with a remark behind it: "Data" and "included" give "Data (included)". */
export function withRemark(label: LabelSource, remark: LabelSource): LabelSource {
  return { ko: `${label.ko} (${remark.ko})`, en: `${label.en} (${remark.en})` };
}
