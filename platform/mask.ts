/** `010-****-1234`: the first three and the last four digits; four stars where there are fewer than eight. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, "");
  return digits.length < 8 ? "****" : `${digits.slice(0, 3)}-****-${digits.slice(-4)}`;
}

/** `test****@test.com`: at most four letters, and never the whole, of what stands before the @; four stars without one. */
export function maskEmail(email: string): string {
  const at = email.indexOf("@");
  return at < 0 ? "****" : `${email.slice(0, Math.min(4, Math.max(at - 1, 0)))}****${email.slice(at)}`;
}

/** `홍*동`: the first letter and the last, of three or more; `홍*` of two, `*` of one. Its length does not show. */
export function maskName(name: string): string {
  const letters = Array.from(name.trim());
  const [first = "", last = ""] = [letters[0], letters.at(-1)];
  if (letters.length < 2) return "*";
  return letters.length === 2 ? `${first}*` : `${first}*${last}`;
}
