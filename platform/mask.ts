/** `010-****-1234`: the first three and the last four digits; four stars where there are fewer than eight. */
export function maskPhone(phone: string): string {
  const digits = phone.replace(/\D/g, "");
  return digits.length < 8 ? "****" : `${digits.slice(0, 3)}-****-${digits.slice(-4)}`;
}
