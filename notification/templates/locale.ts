/** Languages in which bills are written. */
export type Locale = "ko" | "en";

/** Every language with templates. */
export const LOCALES: readonly Locale[] = ["ko", "en"];
