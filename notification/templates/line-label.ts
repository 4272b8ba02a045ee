import type { Locale } from "./locale.ts";
import { plainName } from "./plain-name.ts";

/** What a tariff calls things, in one language. Build one per tariff and language and keep it: it caches. */
export interface LabelBook {
  readonly locale: Locale;
  /** Names by the first two parts of an item code: `plan:kr-5g-30` → `5G 라이트 30`, `usage:data` → `데이터`. */
  readonly names: ReadonlyMap<string, string>;
  /** Unit of each meter by its code: `data` → `KB`. */
  readonly units: ReadonlyMap<string, string>;
}

/** The part of a bill in which a line stands. */
export type LineGroup = "fees" | "usage" | "discounts" | "adjustments" | "tax";

/** The groups in the order in which they stand on the bill. */
export const LINE_GROUPS: readonly LineGroup[] = ["fees", "usage", "discounts", "adjustments", "tax"];

const GROUP_OF_PREFIX: Readonly<Record<string, LineGroup>> = {
  usage: "usage",
  cap: "usage",
  discount: "discounts",
  welfare: "discounts",
  adjustment: "adjustments",
  "credit-left": "adjustments",
  tax: "tax",
  rounding: "tax",
};

/** Fixed words, for codes that no tariff names and for the parts after the name. */
const WORDS: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  ko: {
    "adjustment:taxable": "요금 조정",
    "adjustment:final": "요금 조정 (세후)",
    "credit-left:taxable": "다음 달로 이월되는 공제액",
    "credit-left:final": "다음 달로 이월되는 공제액",
    rounding: "끝자리 절사",
    suspended: "일시정지",
    activation: "가입비",
    "claw-back": "할인반환금",
    cap: "상한 적용",
    next: "다음 달분",
    returned: "미사용분 환급",
    included: "기본 제공",
    package: "묶음",
    tier: "구간",
  },
  en: {
    "adjustment:taxable": "Adjustment",
    "adjustment:final": "Adjustment after tax",
    "credit-left:taxable": "Credit carried to next month",
    "credit-left:final": "Credit carried to next month",
    rounding: "Rounding",
    suspended: "suspended",
    activation: "activation",
    "claw-back": "claw-back",
    cap: "capped",
    next: "next month",
    returned: "unused part returned",
    included: "included",
    package: "bundle",
    tier: "tier",
  },
};

/** Prefixes that say something about the name and are therefore written after it. */
const SPOKEN_PREFIXES = new Set(["suspended", "activation", "cap", "claw-back"]);

const labels = new WeakMap<LabelBook, Map<string, string>>();

/** In which part of the bill a line of this code stands; what is unknown is a fee, so that no line is ever lost. */
export function lineGroup(code: string): LineGroup {
  const end = code.indexOf(":");
  return GROUP_OF_PREFIX[end < 0 ? code : code.slice(0, end)] ?? "fees";
}

/** What a line is called: the tariff's name for it and what its code adds, `데이터 (기본 제공)`. Never empty. */
export function lineLabel(code: string, book: LabelBook): string {
  let known = labels.get(book);
  if (known === undefined) {
    known = new Map();
    labels.set(book, known);
  }
  let label = known.get(code);
  if (label === undefined) {
    label = plainName(composeLabel(code, book));
    known.set(code, label);
  }
  return label;
}

function composeLabel(code: string, { locale, names }: LabelBook): string {
  const words = WORDS[locale];
  const [prefix = code, name = "", ...rest] = code.split(":");
  const stem = name === "" ? prefix : `${prefix}:${name}`;
  const title =
    names.get(stem) ?? words[stem] ?? names.get(fallbackStem(prefix, name)) ?? (name === "" ? prefix : name);
  const spoken = SPOKEN_PREFIXES.has(prefix) && !names.has(stem) ? [prefix] : [];
  const additions = [...spoken, ...rest].map((part) => addition(part, words, names));
  return additions.length === 0 ? title : `${title} (${additions.join(", ")})`;
}

/** `suspended:kr-lte-10` is named after its plan, `cap:data` after its meter, `claw-back:contract` after its discount. */
function fallbackStem(prefix: string, name: string): string {
  if (prefix === "suspended" || prefix === "activation") return `plan:${name}`;
  if (prefix === "cap") return `usage:${name}`;
  return prefix === "claw-back" ? `discount:${name}` : `${prefix}:${name}`;
}

function addition(
  part: string,
  words: Readonly<Record<string, string>>,
  names: ReadonlyMap<string, string>,
): string {
  const tier = /^tier-(\d+)$/.exec(part);
  if (tier !== null) return `${words["tier"] ?? "tier"} ${tier[1] ?? ""}`;
  return words[part] ?? names.get(`band:${part}`) ?? part;
}
