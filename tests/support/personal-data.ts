/** Members' names, addresses, numbers and devices, as tests/support/bills.ts makes them, and the canaries'. */
const personal = /canary|@example\.com|Member \d|\b010\d{8}\b/;

/** What of a text is about a person; null when nothing is. */
export function personalIn(text: string): string | null {
  return personal.exec(text)?.[0] ?? null;
}
