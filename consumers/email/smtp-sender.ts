import { createTransport } from "nodemailer";
import type { SendOutcome } from "../../notification/notification-event.ts";
import type { MessageSender } from "../sender.ts";
import type { EmailContent } from "./content.ts";
import type { DkimKey } from "./dkim.ts";

/** A mail server, and as whom mail is sent. */
export interface SmtpSenderOptions {
  /** `smtp://user:password@host:port` or `smtps://…`. */
  readonly url: string;
  /** `Name <address>`. */
  readonly from: string;
  readonly timeoutMs: number;
  readonly connections: number;
  /** Sends nothing over smtp:// without STARTTLS. */
  readonly requireTls: boolean;
  /** PEM of the authority that vouches for the server; null = the system's authorities. */
  readonly authorityPem: string | null;
  readonly dkim: DkimKey | null;
  /** For List-Unsubscribe; "" = no such header. */
  readonly unsubscribeUrl: string;
}

/**
 * Sends over pooled SMTP connections. SMTP knows no idempotency key, so the key becomes the Message-ID: a mail that is
 * sent again after an unknown outcome is at least the same mail to the servers and readers that look at it.
 */
export function createSmtpSender(options: SmtpSenderOptions): MessageSender<EmailContent> {
  const domain = /@([^>\s]+)/.exec(options.from)?.[1] ?? "localhost";
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: options.connections,
    connectionTimeout: options.timeoutMs,
    greetingTimeout: options.timeoutMs,
    socketTimeout: options.timeoutMs,
    requireTLS: options.requireTls,
    // No content of ours names a file or an address to fetch; should one ever, it stays text.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(options.dkim !== null && { dkim: options.dkim }),
    ...(options.authorityPem !== null && { tls: { ca: options.authorityPem } }),
  });
  const headers = mailHeaders(options);
  return {
    async send({ idempotencyKey, to, content }) {
      const messageId = `<${idempotencyKey.replaceAll(":", "-")}@${domain}>`;
      try {
        await transport.sendMail({ from: options.from, to, messageId, headers, ...content });
        return { outcome: { kind: "accepted" }, providerMessageId: messageId, detail: "smtp-250" };
      } catch (error) {
        return {
          outcome: outcomeOfError(error as SmtpError),
          providerMessageId: null,
          detail: detailOf(error as SmtpError),
        };
      }
    },
    close() {
      transport.close();
      return Promise.resolve();
    },
  };
}

/** Of every mail. No automatic reply is wanted (RFC 3834), and none would be read. */
function mailHeaders({ unsubscribeUrl }: SmtpSenderOptions): Record<string, string> {
  const headers = { "Auto-Submitted": "auto-generated" };
  return unsubscribeUrl === "" ? headers : { ...headers, "List-Unsubscribe": `<${unsubscribeUrl}>` };
}

/** The fields that nodemailer adds to its errors. */
interface SmtpError extends Error {
  readonly code?: string;
  /** Of the TLS or system error beneath, where nodemailer put its own in the place of it. */
  readonly originalCode?: string;
  readonly command?: string;
  readonly responseCode?: number;
  /** Of the system error beneath, e.g. `connect`. */
  readonly syscall?: string;
}

/**
 * 5yz about the recipient or the message is permanent. Without an answer only what fails before a session exists is
 * known to have sent nothing: nodemailer reports a connection cut after the mail exactly as one cut before it.
 */
function outcomeOfError(error: SmtpError): SendOutcome {
  const { responseCode, command, code, syscall } = error;
  if (responseCode !== undefined) {
    const aboutMessage = command === "RCPT TO" || command === "DATA" || command === "MAIL FROM";
    return { kind: responseCode >= 500 && aboutMessage ? "permanent" : "transient" };
  }
  const beforeSession =
    code === "EDNS" || code === "EAUTH" || code === "ETLS" || syscall === "connect" || isHandshake(error);
  return { kind: beforeSession ? "transient" : "unknown" };
}

function detailOf(error: SmtpError): string {
  const { responseCode, code, name, originalCode } = error;
  if (responseCode !== undefined) return `smtp-${responseCode}`;
  // Who has to mend it must learn that it is the certificate, and which way.
  return (isHandshake(error) ? originalCode : code) ?? name;
}

/**
 * A certificate that is not trusted, or no TLS at all where it was expected. Before the handshake is through no command of a
 * mail has been said, so this is no unknown outcome; nodemailer reports it as it does a connection cut in the middle.
 */
function isHandshake({ originalCode = "" }: SmtpError): boolean {
  return /CERT|^UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH|WRONG_VERSION_NUMBER|ALERT_(HANDSHAKE|PROTOCOL)/.test(
    originalCode,
  );
}
