import type { Locale } from "../item-label.ts";
import type { Fact } from "./fact.ts";

type Wording<K extends string> = Readonly<Record<K, Readonly<Record<Locale, string>>>>;

/** What each rule does, in a sentence for the member. */
export const RULES: Wording<Fact["rule"]> = {
  "prorated-fee": {
    ko: "월 요금 × 이용일수 ÷ 당월 일수 (시작일과 종료일 포함)",
    en: "monthly fee × days used ÷ days of the month, both ends counted",
  },
  "fee-in-advance": { ko: "다음 달 요금 선납", en: "fee of the next month, due in advance" },
  "advance-settled": {
    ko: "선납한 월 요금을 실제 이용일수로 정산",
    en: "fee of the days used, less the month already paid in advance",
  },
  "one-off-fee": { ko: "1회 요금", en: "fee charged once" },
  allowance: { ko: "기본 제공량에서 차감", en: "covered by the allowance" },
  "unit-price": { ko: "제공량 초과 사용량 × 단가", en: "usage beyond the allowance × price of a unit" },
  "graduated-tier": { ko: "이 구간의 사용량 × 구간 단가", en: "usage within this tier × price of the tier" },
  "volume-tier": {
    ko: "전체 사용량 × 해당 구간 단가",
    en: "all usage × price of the tier the total lies in",
  },
  package: { ko: "시작된 묶음 수 × 묶음 가격", en: "packages begun × price of a package" },
  cap: { ko: "사용요금 상한 적용", en: "usage charges end at the cap" },
  "percentage-discount": { ko: "요금제 요금의 일정 비율 할인", en: "percentage of the plan fee" },
  "fixed-discount": { ko: "정액 할인", en: "fixed amount, at most what is left to pay" },
  welfare: {
    ko: "정액 + 대상 금액의 비율, 감면 한도까지",
    en: "fixed part + percentage of its base, up to the cap of the class",
  },
  "claw-back": {
    ko: "월 할인액 × 이용 개월별 반환율의 합",
    en: "monthly discount × sum of the table's percentages for the months held",
  },
  adjustment: { ko: "등록된 조정 금액", en: "amount as booked" },
  "credit-left": {
    ko: "청구액을 넘는 환급은 다음 달로 이월",
    en: "credit beyond the charges is left for the next bill",
  },
  tax: { ko: "과세 합계 × 세율", en: "sum before tax × tax rate" },
  rounding: { ko: "합계를 단위 금액으로 내림", en: "total rounded down" },
};

export type InputName =
  | "fee"
  | "days"
  | "periodDays"
  | "planAllowance"
  | "addOnAllowance"
  | "allowanceLeft"
  | "used"
  | "quantity"
  | "rate"
  | "from"
  | "to"
  | "packageSize"
  | "packages"
  | "cap"
  | "sum"
  | "base"
  | "left"
  | "tenureYears"
  | "contractDays"
  | "addOnSpend"
  | "addOnCount"
  | "fixed"
  | "monthlyDiscount"
  | "months"
  | "adjustment"
  | "unit";

/** Names of the numbers a rule works on. */
export const INPUTS: Wording<InputName> = {
  fee: { ko: "월 요금", en: "fee" },
  days: { ko: "이용일수", en: "days used" },
  periodDays: { ko: "당월 일수", en: "days of the month" },
  planAllowance: { ko: "월 기본 제공량", en: "allowance of a month" },
  addOnAllowance: { ko: "부가서비스 제공량", en: "allowance of add-ons" },
  allowanceLeft: { ko: "남은 제공량", en: "allowance left" },
  used: { ko: "사용량", en: "used" },
  quantity: { ko: "과금량", en: "charged quantity" },
  rate: { ko: "단가·비율", en: "rate" },
  from: { ko: "구간 시작", en: "tier from" },
  to: { ko: "구간 끝", en: "tier to" },
  packageSize: { ko: "묶음 크기", en: "units of a package" },
  packages: { ko: "묶음 수", en: "packages" },
  cap: { ko: "상한", en: "cap" },
  sum: { ko: "합계", en: "sum" },
  base: { ko: "대상 금액", en: "base" },
  left: { ko: "남은 금액", en: "left to take off" },
  tenureYears: { ko: "가입 연수 구간", en: "years of tenure from" },
  contractDays: { ko: "약정 적용일수", en: "days of the contract" },
  addOnSpend: { ko: "부가서비스 요금", en: "add-on spend" },
  addOnCount: { ko: "부가서비스 수", en: "add-ons" },
  fixed: { ko: "정액", en: "fixed amount" },
  monthlyDiscount: { ko: "월 할인액", en: "monthly discount" },
  months: { ko: "이용 개월", en: "months held" },
  adjustment: { ko: "조정 번호", en: "adjustment" },
  unit: { ko: "단위", en: "unit" },
};

export const UNLIMITED: Readonly<Record<Locale, string>> = { ko: "무제한", en: "unlimited" };
