import { createBlindIndex, createColumnCipher, type ColumnCipher } from "../platform/encryption.ts";
import { HttpProblem } from "./http/problem.ts";

/** The keys of personal data, as far as this process was given them. */
export interface ContactKeys {
  /** Opens and seals. Null = members are shown without even a masked contact. */
  readonly cipher: ColumnCipher | null;
  /** Finds. */
  readonly index: ColumnCipher["blindIndex"] | null;
}

/** Both are for choice: who only looks at runs and queues needs neither. */
export interface ContactKeyVariables {
  readonly ENCRYPTION_KEYS?: string | undefined;
  readonly BLIND_INDEX_KEY?: string | undefined;
}

/** The keys from the configuration. */
export function contactKeysOf({ ENCRYPTION_KEYS, BLIND_INDEX_KEY }: ContactKeyVariables): ContactKeys {
  return {
    // The index key is for finding, not for opening.
    cipher: ENCRYPTION_KEYS === undefined ? null : createColumnCipher(ENCRYPTION_KEYS, ""),
    index: BLIND_INDEX_KEY === undefined ? null : createBlindIndex(BLIND_INDEX_KEY),
  };
}

/** The cipher; a 503 that names the variable when this process has none. */
export function requireCipher({ cipher }: ContactKeys): ColumnCipher {
  if (cipher !== null) return cipher;
  throw new HttpProblem(503, "no-key", "what is sealed cannot be opened here: set ENCRYPTION_KEYS for admin");
}

/** The blind index; a 503 that names the variable when this process has none. */
export function requireIndex({ index }: ContactKeys): ColumnCipher["blindIndex"] {
  if (index !== null) return index;
  throw new HttpProblem(503, "no-key", "contacts cannot be looked up here: set BLIND_INDEX_KEY for admin");
}
