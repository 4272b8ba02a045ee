import { describeDiscount } from "./describe-discount.ts";
import { describeFee } from "./describe-fee.ts";
import { describeTotal } from "./describe-total.ts";
import { describeAllowance, describeUsage } from "./describe-usage.ts";
import type { Description, Telling } from "./description.ts";
import type { Fact } from "./fact.ts";

/** Describes one line from the fact recorded when it was computed; the amount printed is the line's own. */
export function describe(fact: Fact, telling: Telling): Description {
  switch (fact.rule) {
    case "prorated-fee":
    case "advance-settled":
    case "fee-in-advance":
    case "one-off-fee":
      return describeFee(fact, telling);
    case "allowance":
      return describeAllowance(fact, telling);
    case "unit-price":
    case "graduated-tier":
    case "volume-tier":
    case "package":
      return describeUsage(fact, telling);
    case "percentage-discount":
    case "fixed-discount":
    case "welfare":
      return describeDiscount(fact, telling);
    case "cap":
    case "claw-back":
    case "adjustment":
    case "credit-left":
    case "tax":
    case "rounding":
      return describeTotal(fact, telling);
  }
}
