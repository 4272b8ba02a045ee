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
  readonly command?: string;
  readonly responseCode?: number;
  /** Of the system error beneath, e.g. `connect`. */
  readonly syscall?: string;
}

/**
 * 5yz about the recipient or the message is permanent. Without an answer only what fails before a session exists is
 * known to have sent nothing: nodemailer reports a connection cut after the mail exactly as one cut before it.
 */
function outcomeOfError({ responseCode, command, code, syscall }: SmtpError): SendOutcome {
  if (responseCode !== undefined) {
    const aboutMessage = command === "RCPT TO" || command === "DATA" || command === "MAIL FROM";
    return { kind: responseCode >= 500 && aboutMessage ? "permanent" : "transient" };
  }
  const beforeSession = code === "EDNS" || code === "EAUTH" || code === "ETLS" || syscall === "connect";
  return { kind: beforeSession ? "transient" : "unknown" };
}

function detailOf({ responseCode, code, name }: SmtpError): string {
  return responseCode === undefined ? (code ?? name) : `smtp-${responseCode}`;
}
