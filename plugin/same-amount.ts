/** Whether what a person typed is the amount: its digits count, not how they are grouped. */
export function isSameAmount(typed: string, amount: string): boolean {
  const digits = (text: string): string => text.replace(/\D/g, "");
  return digits(typed) !== "" && digits(typed) === digits(amount);
}
