import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

/** How the server encrypts. */
export type MailTls = "none" | "starttls" | "smtps";

/** A mail that was accepted. */
export interface ReceivedMail {
  /** As the envelope says, not the header. */
  readonly recipient: string;
  readonly raw: Buffer;
  readonly secure: boolean;
  /** Number of its connection. */
  readonly connection: string;
}

/** A mail server under test. */
export interface MailServer {
  /** E.g. `smtps://user:password@localhost:1234`. */
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** Connections that came, and how many there were at once. */
  readonly connections: () => { readonly total: number; readonly most: number };
  /** Passwords that were shown to it. */
  readonly passwords: readonly string[];
}

/** How it behaves. */
export interface MailServerOptions {
  readonly tls: MailTls;
  /** Folder with the `server.crt` and `server.key` of an authority. */
  readonly certificates: string;
  /** Asks for a user and a password, and refuses mail without. */
  readonly withLogin?: boolean;
  /** How long a mail takes. */
  readonly delayMs?: number;
}

/** Whom it refuses for good: `gone…@`. */
const isGone = (address: string): boolean => address.startsWith("gone");

/** Starts one that ends with the test. */
export async function startMailServer(t: TestContext, options: MailServerOptions): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const passwords: string[] = [];
  const count = { total: 0, now: 0, most: 0 };
  const server = new SMTPServer({
    ...transportOf(options),
    ...receiving(mails, options.delayMs ?? 0),
    ...signingIn(passwords, options.withLogin ?? false),
    onConnect: (_session, done) => {
      count.total++;
      count.most = Math.max(count.most, ++count.now);
      done();
    },
    onClose: () => {
      count.now--;
    },
  });
  // A client that does not trust the certificate hangs up: that is what some tests are about.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(
    () =>
      new Promise<void>((resolve) => {
        server.close(resolve);
      }),
  );
  const { port } = server.server.address() as AddressInfo;
  const who = options.withLogin === true ? "bills:s3cret@" : "";
  return {
    url: `${options.tls === "smtps" ? "smtps" : "smtp"}://${who}localhost:${port}`,
    mails,
    passwords,
    connections: () => ({ total: count.total, most: count.most }),
  };
}

function transportOf({ tls, certificates }: MailServerOptions): SMTPServerOptions {
  const read = (name: string): Buffer => readFileSync(join(certificates, name));
  return {
    logger: false,
    disableReverseLookup: true,
    closeTimeout: 500,
    secure: tls === "smtps",
    disabledCommands: tls === "none" ? ["STARTTLS"] : [],
    ...(tls !== "none" && { key: read("server.key"), cert: read("server.crt") }),
  };
}

function receiving(mails: ReceivedMail[], delayMs: number): SMTPServerOptions {
  return {
    onRcptTo: ({ address }, _session, done) => {
      if (!isGone(address)) done();
      else done(Object.assign(new Error("no such mailbox"), { responseCode: 550 }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const recipient = session.envelope.rcptTo.map(({ address }) => address).join();
        mails.push({ recipient, raw: Buffer.concat(chunks), secure: session.secure, connection: session.id });
        setTimeout(() => {
          done();
        }, delayMs);
      });
    },
  };
}

function signingIn(passwords: string[], wanted: boolean): SMTPServerOptions {
  return {
    authOptional: !wanted,
    onAuth: ({ username, password }, _session, done) => {
      passwords.push(password ?? "");
      if (username === "bills" && password === "s3cret") done(null, { user: username });
      else done(new Error("wrong password"));
    },
  };
}
