/** Controls: of lines, of terminals, and those that turn the direction of all that follows them. */
// eslint-disable-next-line no-control-regex -- these are what is taken out
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/**
 * What somebody or something is called, in letters that stay in their place: a right-to-left override in a name would turn
 * the words after it round. The marks that Arabic and Hebrew names need (U+200E, U+200F) turn nothing and stay.
 */
export function plainName(name: string): string {
  CONTROLS.lastIndex = 0;
  return CONTROLS.test(name) ? name.replace(CONTROLS, " ").trim() : name;
}
