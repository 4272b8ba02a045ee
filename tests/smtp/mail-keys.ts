import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../cluster/certificates.ts";

/** What a carrier has to have for mail: an authority that vouches for its server, and a key that signs its mail. */
export interface MailKeys {
  /** Has `server.crt` and `server.key`, for `localhost`. */
  readonly folder: string;
  /** PEM file of the authority. */
  readonly authorityFile: string;
  /** PEM, and the file of it. */
  readonly signingKey: string;
  readonly signingKeyFile: string;
  /** As DNS would tell it. */
  readonly publicKey: KeyObject;
  readonly remove: () => void;
}

/** Makes all of it anew in a folder of its own. */
export async function createMailKeys(): Promise<MailKeys> {
  const folder = mkdtempSync(join(tmpdir(), "mail-keys-"));
  const authority = await createAuthority(folder, "ca");
  await authority.issue({ name: "server", subject: "/CN=mail", hosts: ["DNS:localhost"] });
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signingKey = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const signingKeyFile = join(folder, "dkim.pem");
  writeFileSync(signingKeyFile, signingKey);
  return {
    ...{ folder, authorityFile: authority.certificate, signingKey, signingKeyFile, publicKey },
    remove() {
      rmSync(folder, { recursive: true });
    },
  };
}
