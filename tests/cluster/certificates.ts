import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** One certificate; its files are `<name>.crt` and `<name>.key` in the folder of the authority. */
export interface CertificateRequest {
  readonly name: string;
  /** E.g. `/O=system:masters/CN=admin`: Kubernetes takes O for groups and CN for the user. */
  readonly subject: string;
  /** What a server is reached as, e.g. `DNS:localhost`, `IP:127.0.0.1`; absent for a client. */
  readonly hosts?: readonly string[];
}

/** A certificate authority with its files in one folder. */
export interface Authority {
  readonly certificate: string;
  readonly issue: (request: CertificateRequest) => Promise<void>;
}

// OpenSSL's default configuration would make every certificate an authority.
const configuration = "[req]\ndistinguished_name = subject\n[subject]\n";
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "365"];

async function request(folder: string, name: string, args: readonly string[]): Promise<void> {
  const config = join(folder, "openssl.cnf");
  writeFileSync(config, configuration);
  const files = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.crt`)];
  await run("openssl", ["req", "-x509", "-config", config, ...newKey, ...files, ...args]);
}

const extensions = (lines: readonly string[]): string[] => lines.flatMap((line) => ["-addext", line]);

/** Makes an authority of elliptic-curve keys; a certificate takes some milliseconds. */
export async function createAuthority(folder: string, name: string): Promise<Authority> {
  const ofAuthority = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
  await request(folder, name, ["-subj", `/CN=${name}`, ...extensions(ofAuthority)]);
  const certificate = join(folder, `${name}.crt`);
  const signedBy = ["-CA", certificate, "-CAkey", join(folder, `${name}.key`)];
  return {
    certificate,
    issue: async ({ name: file, subject, hosts }) => {
      const purpose = hosts === undefined ? "clientAuth" : "serverAuth";
      const lines = ["basicConstraints=critical,CA:FALSE", "keyUsage=digitalSignature"];
      const names = hosts === undefined ? [] : [`subjectAltName=${hosts.join(",")}`];
      const all = [...lines, `extendedKeyUsage=${purpose}`, ...names];
      await request(folder, file, ["-subj", subject, ...signedBy, ...extensions(all)]);
    },
  };
}

/** Writes a kubeconfig for the client certificate `name` of `folder`, complete in itself, and returns its path. */
export function writeKubeconfig(folder: string, name: string, server: string): string {
  const inline = (file: string): string => readFileSync(join(folder, file)).toString("base64");
  const path = join(folder, `${name}.kubeconfig`);
  const content = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority-data": inline("ca.crt") } }],
    users: [
      {
        name,
        user: { "client-certificate-data": inline(`${name}.crt`), "client-key-data": inline(`${name}.key`) },
      },
    ],
    contexts: [{ name: "test", context: { cluster: "test", user: name } }],
    "current-context": "test",
  };
  writeFileSync(path, JSON.stringify(content, null, 2)); // JSON is YAML too
  return path;
}
