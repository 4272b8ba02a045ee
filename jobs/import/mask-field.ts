import { maskEmail, maskPhone } from "../../platform/mask.ts";

/** Columns that hold personal data; their values never reach a reject file in plain. */
const contactColumns: ReadonlySet<string> = new Set(["name", "email", "phone", "push_token"]);

/** A value as a reject file may show it. */
export function maskField(field: string, value: string): string {
  if (value === "" || !contactColumns.has(field)) return value;
  if (field === "phone") return maskPhone(value);
  if (field === "name") return `${String.fromCodePoint(value.codePointAt(0) ?? 42)}**`;
  return maskEmail(value);
}

/** The row as CSV text, contacts masked. */
export function maskedRow(cells: ReadonlyMap<string, string>): string {
  return Array.from(cells, ([field, value]) => quoted(maskField(field, value))).join(",");
}

/** Whether a file of these columns holds contacts, so that a row that cannot be split into columns must not be shown. */
export function holdsContacts(columns: readonly string[]): boolean {
  return columns.some((column) => contactColumns.has(column));
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
