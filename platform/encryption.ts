import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from "node:crypto";
import { PermanentError, RetryableError } from "./errors.ts";

const ivBytes = 12;
const tagBytes = 16;

/** Where a value stands; bound to the ciphertext, so that a value copied to another row or column does not decrypt. */
export interface ColumnAddress {
  readonly table: string;
  readonly column: string;
  readonly row: number;
}

/** Encrypts, decrypts and indexes personal data. */
export interface ColumnCipher {
  /** AES-256-GCM under the current key: key id length, key id, 12-byte random IV, ciphertext, 16-byte tag. */
  encrypt(plain: string, address: ColumnAddress): Buffer;
  /** Throws RetryableError `unknown-key` (a key is missing here, for every value) or PermanentError `undecryptable`. */
  decrypt(sealed: Buffer, address: ColumnAddress): string;
  /** Keyed hash (HMAC-SHA-256, first 16 bytes) under which an exact value can be found without being readable. */
  blindIndex(normalised: string): Buffer;
}

// Random bytes are drawn in bulk: one call per IV costs more than the encryption itself.
const ivPool = Buffer.alloc(ivBytes * 1024);
let ivPoolUsed = ivPool.length;

function nextIv(): Buffer {
  if (ivPoolUsed === ivPool.length) {
    randomFillSync(ivPool);
    ivPoolUsed = 0;
  }
  return Buffer.from(ivPool.subarray(ivPoolUsed, (ivPoolUsed += ivBytes)));
}

function additionalData(address: ColumnAddress): Buffer {
  return Buffer.from(`${address.table}|${address.column}|${address.row}`);
}

// Key objects, not buffers: a buffer is made into a key object by every call, which took 12 of the 16 µs of an encryption.
function parseKeys(keys: string): Map<string, KeyObject> {
  return new Map(
    keys.split(",").map((pair) => {
      const separator = pair.indexOf(":");
      return [pair.slice(0, separator), createSecretKey(pair.slice(separator + 1), "base64")];
    }),
  );
}

/** Cipher from the configured keys (`ENCRYPTION_KEYS`, `BLIND_INDEX_KEY`; see platform/config.ts for their form). */
export function createColumnCipher(encryptionKeys: string, blindIndexKey: string): ColumnCipher {
  const keys = parseKeys(encryptionKeys);
  const [current] = keys;
  if (current === undefined) throw new PermanentError("no-key", "ENCRYPTION_KEYS holds no key");
  const [currentId, currentKey] = current;
  const header = Buffer.concat([Buffer.from([currentId.length]), Buffer.from(currentId)]);

  return {
    encrypt(plain, address) {
      const iv = nextIv();
      const cipher = createCipheriv("aes-256-gcm", currentKey, iv);
      cipher.setAAD(additionalData(address));
      const body = cipher.update(plain, "utf8");
      cipher.final();
      return Buffer.concat([header, iv, body, cipher.getAuthTag()]);
    },
    decrypt(sealed, address) {
      const idEnd = 1 + (sealed[0] ?? 0);
      const id = sealed.toString("utf8", 1, idEnd);
      const key = keys.get(id);
      if (key === undefined) throw unknownKey(id);
      const ivEnd = idEnd + ivBytes;
      const tagStart = sealed.length - tagBytes;
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(idEnd, ivEnd));
        decipher.setAAD(additionalData(address));
        decipher.setAuthTag(sealed.subarray(tagStart));
        return decipher.update(sealed.subarray(ivEnd, tagStart), undefined, "utf8") + decipher.final("utf8");
      } catch (error) {
        const place = `${address.table}.${address.column} of row ${address.row}`;
        throw new PermanentError(
          "undecryptable",
          `${place} does not decrypt: wrong key, or moved or altered`,
          error,
        );
      }
    },
    blindIndex: createBlindIndex(blindIndexKey),
  };
}

/** Only the index of a cipher (`BLIND_INDEX_KEY`), for who finds and never opens. */
export function createBlindIndex(blindIndexKey: string): ColumnCipher["blindIndex"] {
  const indexKey = createSecretKey(blindIndexKey, "base64");
  return (normalised) => createHmac("sha256", indexKey).update(normalised).digest().subarray(0, 16);
}

/** Not permanent: it is the process that lacks the key, and the value is as good as before once it has it. */
function unknownKey(id: string): RetryableError {
  return new RetryableError("unknown-key", `no encryption key with id "${id}"; add it to ENCRYPTION_KEYS`, {
    retryAfterMs: 60_000,
  });
}
