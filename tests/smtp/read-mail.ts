/** A mail's header fields and the parts of its body, decoded. */
export interface ReadMail {
  readonly header: (name: string) => string;
  readonly text: string;
  readonly html: string;
}

/** Reads a multipart/alternative mail of a text and an HTML part. */
export function readMail(raw: Buffer): ReadMail {
  const mail = entityOf(raw.toString("latin1"));
  const boundary = /boundary="([^"]+)"/.exec(mail.header("content-type"))?.[1] ?? "";
  const parts = mail.body.split(`--${boundary}`).map((part) => entityOf(part.replace(/^\r\n/, "")));
  const bodyOf = (type: string): string => {
    const part = parts.find(({ header }) => header("content-type").startsWith(type));
    if (part === undefined) throw new Error(`the mail has no ${type}`);
    return decoded(part.body, part.header("content-transfer-encoding"));
  };
  return { header: mail.header, text: bodyOf("text/plain"), html: bodyOf("text/html") };
}

function entityOf(text: string): { readonly header: ReadMail["header"]; readonly body: string } {
  const end = text.indexOf("\r\n\r\n");
  const fields = text.slice(0, end).split(/\r\n(?![ \t])/);
  const header = (name: string): string => {
    const field = fields.find((one) => one.toLowerCase().startsWith(`${name}:`)) ?? "";
    return field
      .slice(name.length + 1)
      .replace(/\r\n\s+/g, " ")
      .trim();
  };
  return { header, body: text.slice(end + 4) };
}

function decoded(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return Buffer.from(body, "latin1").toString("utf8");
  const bytes = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}
