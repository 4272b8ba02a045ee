import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "../../platform/config.ts";
import type { EmailConfig } from "./variables.ts";

/** Whose signature mail carries. */
export interface DkimKey {
  readonly domainName: string;
  readonly keySelector: string;
  /** PEM. */
  readonly privateKey: string;
}

/** The configured key, null for none. Throws a ConfigError, without a word of the file's content. */
export function readDkimKey(
  config: Pick<EmailConfig, "DKIM_KEY_FILE" | "DKIM_DOMAIN" | "DKIM_SELECTOR">,
): DkimKey | null {
  const { DKIM_KEY_FILE: file, DKIM_DOMAIN: domainName, DKIM_SELECTOR: keySelector } = config;
  const missing = Object.entries({ DKIM_KEY_FILE: file, DKIM_DOMAIN: domainName, DKIM_SELECTOR: keySelector })
    .filter(([, value]) => value === "")
    .map(([name]) => name);
  if (missing.length === 3) return null;
  if (missing.length > 0)
    throw new ConfigError(missing.map((name) => `${name}: is not set, though others of DKIM are`));
  return { domainName, keySelector, privateKey: readKey(file) };
}

function readKey(file: string): string {
  try {
    const pem = readFileSync(file, "utf8");
    const { asymmetricKeyType } = createPrivateKey(pem);
    // What receivers verify everywhere; nodemailer signs with rsa-sha256.
    if (asymmetricKeyType === "rsa") return pem;
  } catch {
    // The reason may quote the key.
  }
  throw new ConfigError([`DKIM_KEY_FILE: holds no readable RSA key in PEM`]);
}
