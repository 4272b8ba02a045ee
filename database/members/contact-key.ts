/**
 * The form in which a contact is blind-indexed, so that however a person writes it, the same member is found. Whoever stores or looks up
 * a contact uses these; changing them would make every stored index unfindable.
 */

/** An e-mail address trimmed and in lower case. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

/** The digits of a phone number, nothing else: `010-1234-5678` and `01012345678` are one. */
export function phoneKey(phone: string): string {
  return phone.replaceAll(/\D/g, "");
}

/** A push token as the device gave it: every character counts. */
export function pushTokenKey(token: string): string {
  return token;
}
