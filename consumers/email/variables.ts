import { z } from "zod";
import { isOrigin, providerVariables } from "../gateway/gateway-variables.ts";

/** A mail server, or an HTTP gateway. */
const url = z
  .url({ protocol: /^(https?|smtps?)$/, error: "must be http(s)://host[:port] or smtp(s)://…" })
  .refine((text) => text.startsWith("smtp") || isOrigin(text), {
    error: "must end after host and port; the path stands in the gateway's document",
  });

/** Variables of the e-mail consumer besides those of every consumer. */
export const emailVariables = {
  ...providerVariables({ defaultPath: "/v1/email", fields: ["subject", "html", "text"] }, url),
  /** `Name <address>` that mail comes from. */
  SENDER_ADDRESS: z.string().regex(/@/, "must be an address").default("Bills <bills@localhost>"),
  /** Connections to the mail server; of no meaning to an HTTP gateway. */
  SMTP_CONNECTIONS: z.coerce.number().int().min(1).max(1_000).default(20),
  /** With smtp://: `required` sends nothing to a server that offers no STARTTLS. smtps:// is encrypted in any case. */
  SMTP_TLS: z.enum(["opportunistic", "required"]).default("opportunistic"),
  /** PEM file of the authority that vouches for the mail server; empty = the system's own. */
  SMTP_CA_FILE: z.string().default(""),
  /** PEM file of the key that mail is signed with, of the selector below the domain; all three or none. */
  DKIM_KEY_FILE: z.string().default(""),
  DKIM_DOMAIN: z
    .string()
    .regex(/^([a-z0-9-]+\.)+[a-z0-9-]+$|^$/i, "must be a domain")
    .default(""),
  DKIM_SELECTOR: z
    .string()
    .regex(/^[a-z0-9._-]*$/i, "must be a selector")
    .default(""),
  /** Page or address on which a member stops bills by e-mail, for List-Unsubscribe; empty = no such header. */
  UNSUBSCRIBE_URL: z
    .union([z.literal(""), z.url({ protocol: /^(https|mailto)$/, error: "must be https://… or mailto:…" })])
    .default(""),
};

/** The configuration of those variables. */
export type EmailConfig = z.output<z.ZodObject<typeof emailVariables>>;
