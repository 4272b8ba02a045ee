/** An exact fraction. */
interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

/**
 * Works out the text of an explanation with exact fractions: what its left side comes to and what it claims, both in minor
 * units, the left rounded half away from zero. Knows `+ - × ÷ %`, brackets, `min(a; b)` and, in brackets, `(sum = exact → rounded)`.
 */
export function calculate(text: string, currencyExponent: number): { left: bigint; right: bigint } {
  const reader = new Reader(text);
  const left = reader.sum();
  const right = reader.conclusion(left);
  if (!reader.atEnd) throw new SyntaxError(`cannot read ${text}`);
  return { left: toMinor(left, currencyExponent), right: toMinor(right, currencyExponent) };
}

function toMinor({ top, bottom }: Fraction, exponent: number): bigint {
  const scaled = top * 10n ** BigInt(exponent);
  const magnitude = ((scaled < 0n ? -scaled : scaled) * 2n + bottom) / (bottom * 2n);
  return scaled < 0n ? -magnitude : magnitude;
}

class Reader {
  private readonly tokens: string[];
  private position = 0;

  constructor(text: string) {
    this.tokens = text.match(/\d[\d,]*(?:\.\d+)?…?|min|[-+×÷%();=→]/g) ?? [];
  }

  get atEnd(): boolean {
    return this.position === this.tokens.length;
  }

  sum(): Fraction {
    let value = this.product();
    for (;;) {
      if (this.take("+")) value = add(value, this.product(), 1n);
      else if (this.take("-")) value = add(value, this.product(), -1n);
      else return value;
    }
  }

  /** `= exact → rounded` or `= exact`; the last number, or `left` when nothing is claimed. */
  conclusion(left: Fraction): Fraction {
    let claimed = left;
    if (this.take("=")) claimed = this.sum();
    if (this.take("→")) claimed = this.sum();
    return claimed;
  }

  private product(): Fraction {
    let value = this.factor();
    for (;;) {
      if (this.take("×")) value = multiply(value, this.factor());
      else if (this.take("÷")) value = divide(value, this.factor());
      else return value;
    }
  }

  private factor(): Fraction {
    if (this.take("-")) return multiply({ top: -1n, bottom: 1n }, this.factor());
    if (this.take("min")) return this.least();
    if (this.take("(")) {
      const value = this.conclusion(this.sum());
      this.expect(")");
      return value;
    }
    const value = number(this.tokens[this.position++] ?? "");
    return this.take("%") ? divide(value, { top: 100n, bottom: 1n }) : value;
  }

  private least(): Fraction {
    this.expect("(");
    let least = this.sum();
    while (this.take(";")) {
      const value = this.sum();
      if (value.top * least.bottom < least.top * value.bottom) least = value;
    }
    this.expect(")");
    return least;
  }

  private take(token: string): boolean {
    if (this.tokens[this.position] !== token) return false;
    this.position++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token))
      throw new SyntaxError(`expected ${token} at ${this.tokens.slice(this.position).join(" ")}`);
  }
}

function number(token: string): Fraction {
  const [whole = "", fraction = ""] = token.replace(/[,…]/g, "").split(".");
  return { top: BigInt(whole + fraction), bottom: 10n ** BigInt(fraction.length) };
}

function add(a: Fraction, b: Fraction, sign: bigint): Fraction {
  return { top: a.top * b.bottom + sign * b.top * a.bottom, bottom: a.bottom * b.bottom };
}

function multiply(a: Fraction, b: Fraction): Fraction {
  return { top: a.top * b.top, bottom: a.bottom * b.bottom };
}

function divide(a: Fraction, b: Fraction): Fraction {
  const sign = b.top < 0n ? -1n : 1n;
  return { top: a.top * b.bottom * sign, bottom: a.bottom * b.top * sign };
}
