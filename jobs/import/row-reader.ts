import { parseEpochDay } from "../../billing/epoch-day.ts";

/** What is wrong with one field of a row. */
export interface FieldProblem {
  readonly field: string;
  /** Ends with the remedy where it is not obvious. */
  readonly reason: string;
  readonly value: string;
}

const CODE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;

/**
 * Reads the cells of one row and collects everything that is wrong with them, so that a person mends a row once. What a reading returns
 * after a problem is a stand-in: a row with problems is never loaded.
 */
export class RowReader {
  readonly problems: FieldProblem[] = [];
  readonly #cells: ReadonlyMap<string, string>;

  constructor(cells: ReadonlyMap<string, string>) {
    this.#cells = cells;
  }

  refuse(field: string, reason: string): void {
    this.problems.push({ field, reason, value: this.text(field) });
  }

  /** Whether the file has the column. */
  tells(field: string): boolean {
    return this.#cells.has(field);
  }

  /** The cell as it stands, "" when empty. */
  text(field: string): string {
    return this.#cells.get(field) ?? "";
  }

  requiredText(field: string, most: number): string {
    const text = this.text(field);
    if (text === "") this.refuse(field, "is empty");
    else if (text.length > most) this.refuse(field, `is longer than ${most} characters`);
    return text;
  }

  /** A whole number of a range; null when the cell is empty. */
  wholeNumber(field: string, least: number, most: number): number | null {
    const text = this.text(field);
    if (text === "") return null;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      this.refuse(field, `is not a whole number from ${least} to ${most}`);
      return null;
    }
    return value;
  }

  requiredNumber(field: string, least: number, most: number): number {
    if (this.text(field) === "") this.refuse(field, "is empty");
    return this.wholeNumber(field, least, most) ?? least;
  }

  /** Epoch day of a date; null when the cell is empty. */
  date(field: string): number | null {
    const text = this.text(field);
    if (text === "") return null;
    const day = parseEpochDay(text);
    if (day === null || day < FIRST_DAY || day > LAST_DAY) {
      this.refuse(field, "is not a date of the calendar from 1900 to 2199; write YYYY-MM-DD");
      return null;
    }
    return day;
  }

  requiredDate(field: string): number {
    if (this.text(field) === "") this.refuse(field, "is empty");
    return this.date(field) ?? 0;
  }

  /** One of the choices; null when the cell is empty. */
  choice<Choice extends string>(field: string, choices: readonly Choice[]): Choice | null {
    const text = this.text(field);
    if (text === "") return null;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) this.refuse(field, `is none of ${choices.join(", ")}`);
    return found ?? null;
  }

  /** A code as tariffs have them; "" when the cell is empty. */
  code(field: string): string {
    const text = this.text(field);
    if (text !== "" && !isCode(text)) {
      this.refuse(field, "is not a code: 1 to 40 letters, digits, dots, underscores and hyphens");
    }
    return text;
  }

  requiredCode(field: string): string {
    if (this.text(field) === "") this.refuse(field, "is empty");
    return this.code(field);
  }
}

/** Whether a text can be the code of a plan, an add-on, a welfare class or a meter. */
export function isCode(text: string): boolean {
  return CODE.test(text);
}

const FIRST_DAY = parseEpochDay("1900-01-01") ?? 0;
const LAST_DAY = parseEpochDay("2199-12-31") ?? 0;
