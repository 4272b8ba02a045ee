import { createHash, verify, type KeyObject } from "node:crypto";

/** What a signature covers, and who signed. */
export interface DkimReading {
  readonly domain: string;
  readonly selector: string;
  /** Names of the signed header fields, lower case. */
  readonly fields: readonly string[];
}

/**
 * Verifies the DKIM-Signature of a mail as its receiver does (RFC 6376, relaxed/relaxed, rsa-sha256), by code of its own; only
 * the key comes from the test and not from DNS. Throws with what does not hold.
 */
export function verifyDkim(raw: Buffer, publicKey: KeyObject): DkimReading {
  const mail = raw.toString("latin1");
  const end = mail.indexOf("\r\n\r\n");
  const fields = mail.slice(0, end).split(/\r\n(?![ \t])/);
  const signature = fields.find((field) => nameOf(field) === "dkim-signature");
  if (signature === undefined) throw new Error("there is no DKIM-Signature");
  const tags = tagsOf(signature);
  const tag = (name: string): string => tags.get(name) ?? "";
  if (tag("a") !== "rsa-sha256" || tag("c") !== "relaxed/relaxed") throw new Error("other algorithms");
  const bodyHash = createHash("sha256")
    .update(relaxedBody(mail.slice(end + 4)), "latin1")
    .digest("base64");
  if (bodyHash !== tag("bh")) throw new Error("the body is not the one that was signed");
  const names = tag("h").toLowerCase().split(":");
  const signed = [...signedFields(fields, names), relaxedField(signature.replace(/\bb=[^;]*$/, "b="))];
  const bytes = Buffer.from(signed.join("\r\n"), "latin1");
  if (!verify("sha256", bytes, publicKey, Buffer.from(tag("b"), "base64"))) {
    throw new Error("the header is not the one that was signed");
  }
  return { domain: tag("d"), selector: tag("s"), fields: names };
}

const nameOf = (field: string): string => field.slice(0, field.indexOf(":")).trim().toLowerCase();

function tagsOf(field: string): ReadonlyMap<string, string> {
  const list = field.slice(field.indexOf(":") + 1).split(";");
  return new Map(
    list.map((tag) => {
      const at = tag.indexOf("=");
      return [tag.slice(0, at).trim(), tag.slice(at + 1).replace(/\s/g, "")];
    }),
  );
}

/** The named fields, the lowest of a name first, each once. */
function signedFields(fields: readonly string[], names: readonly string[]): string[] {
  const left = fields.toReversed();
  return names.flatMap((name) => {
    const at = left.findIndex((field) => nameOf(field) === name);
    return at < 0 ? [] : left.splice(at, 1).map(relaxedField);
  });
}

function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(":") + 1).replace(/\r\n/g, "");
  return `${nameOf(field)}:${value.replace(/[ \t]+/g, " ").trim()}`;
}

function relaxedBody(body: string): string {
  const text = body
    .replace(/[ \t]+/g, " ")
    .replace(/ (?=\r\n|$)/g, "")
    .replace(/(\r\n)+$/, "");
  return text === "" ? "" : `${text}\r\n`;
}
