import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ConfigError } from "../../platform/config.ts";
import type { EmailConfig } from "./variables.ts";

/** The configured authority as PEM, null for the system's own. Throws a ConfigError for a file that holds no certificate. */
export function readAuthority({ SMTP_CA_FILE: file }: Pick<EmailConfig, "SMTP_CA_FILE">): string | null {
  if (file === "") return null;
  try {
    const pem = readFileSync(file, "utf8");
    // OpenSSL takes anything for a list of authorities, and then trusts nobody.
    new X509Certificate(pem);
    return pem;
  } catch {
    throw new ConfigError(["SMTP_CA_FILE: holds no readable certificate in PEM"]);
  }
}
