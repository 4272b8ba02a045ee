import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import type { SendResult } from "../../consumers/sender.ts";
import { createSmtpSender, type SmtpSenderOptions } from "../../consumers/email/smtp-sender.ts";
import { createMailKeys } from "./mail-keys.ts";
import { startMailServer } from "./mail-server.ts";
import { readMail } from "./read-mail.ts";
import { verifyDkim } from "./verify-dkim.ts";

const keys = await createMailKeys();
after(() => {
  keys.remove();
});
const { folder: certificates, publicKey, signingKey: privateKey } = keys;
const authorityPem = readFileSync(keys.authorityFile, "utf8");
const dkim = { domainName: "carrier.example", keySelector: "bills", privateKey };
/** Korean goes as base64, English as it is: with double blanks, a line of one dot and empty lines at its end. */
const korean = {
  subject: "[한빛모바일] 2026년 10월 요금 청구서: 32,320원",
  html: `<p>${"요금 32,320원 ".repeat(40)}</p>`,
  text: "청구 금액  32,320원 \n\n.\n  - 데이터\t10,486원\n\n\n",
};
const english = {
  subject: "Your bill for October 2026",
  html: `<p>${"Amount 32,320 ".repeat(40)}</p>`,
  text: "Amount due  32,320 \n\n.\n..\n  - Data\t10,486\n\n\n",
};

/** Sends mails at once, with changes to a sender that trusts the test's authority and signs nothing. */
async function send(
  url: string,
  changes: Partial<SmtpSenderOptions> = {},
  contents: readonly (typeof korean)[] = [korean],
): Promise<SendResult[]> {
  const sender = createSmtpSender({
    ...{ url, from: "청구서 <bills@carrier.example>", timeoutMs: 5_000, connections: 3 },
    ...{ requireTls: true, authorityPem, dkim: null, unsubscribeUrl: "https://carrier.example/bills" },
    ...changes,
  });
  const results = await Promise.all(
    contents.map((content, index) =>
      sender.send({ idempotencyKey: `${index}.g1:email:m1`, to: `m${index}@example.com`, content }),
    ),
  );
  await sender.close();
  return results;
}

const outcomes = (results: readonly SendResult[]): unknown[] =>
  results.map(({ outcome, detail }) => [outcome.kind, detail]);

for (const [language, content] of Object.entries({ korean, english })) {
  void test(`${language} mail carries a DKIM signature that its receiver verifies, and that no change survives`, async (t) => {
    const server = await startMailServer(t, { tls: "starttls", certificates });
    assert.deepEqual(outcomes(await send(server.url, { dkim }, [content])), [["accepted", "smtp-250"]]);
    const [mail] = server.mails;
    assert.ok(mail);
    const signature = verifyDkim(mail.raw, publicKey);
    assert.deepEqual([signature.domain, signature.selector], ["carrier.example", "bills"]);
    for (const field of ["from", "to", "subject", "date", "message-id", "list-unsubscribe"]) {
      assert.ok(signature.fields.includes(field), `${field} is signed`);
    }
    const { text, html, header } = readMail(mail.raw);
    const lines = (part: string): string => part.replaceAll("\r\n", "\n").trimEnd();
    assert.deepEqual([lines(text), lines(html)], [lines(content.text), content.html]);
    assert.equal(header("message-id"), "<0.g1-email-m1@carrier.example>");

    const changed = (from: string, to: string): Buffer => {
      const whole = mail.raw.toString("latin1");
      assert.ok(whole.includes(from), from);
      return Buffer.from(whole.replace(from, to), "latin1");
    };
    assert.throws(() => verifyDkim(changed("To: m0@", "To: m9@"), publicKey), /header/);
    assert.throws(() => verifyDkim(changed("\r\n\r\n", "\r\n\r\nPS"), publicKey), /body/);
  });
}

void test("another's key does not verify the signature, and without a key there is none", async (t) => {
  const server = await startMailServer(t, { tls: "starttls", certificates });
  await send(server.url, { dkim });
  await send(server.url);
  const [signed, unsigned] = server.mails.map(({ raw }) => raw);
  assert.ok(signed && unsigned);
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  assert.throws(() => verifyDkim(signed, other.publicKey), /header/);
  assert.throws(() => verifyDkim(unsigned, publicKey), /no DKIM-Signature/);
});

void test("with SMTP_TLS=required a server without STARTTLS gets neither mail nor password; else it gets the mail", async (t) => {
  const server = await startMailServer(t, { tls: "none", certificates, withLogin: true });
  assert.deepEqual(outcomes(await send(server.url)), [["transient", "smtp-500"]]);
  assert.deepEqual([server.mails.length, server.passwords], [0, []]);

  const open = await startMailServer(t, { tls: "none", certificates });
  assert.deepEqual(outcomes(await send(open.url, { requireTls: false })), [["accepted", "smtp-250"]]);
  assert.equal(open.mails[0]?.secure, false);
});

for (const tls of ["starttls", "smtps"] as const) {
  void test(`${tls}: encrypted before the password, and only with a server that the authority vouches for`, async (t) => {
    const server = await startMailServer(t, { tls, certificates, withLogin: true });
    assert.deepEqual(outcomes(await send(server.url)), [["accepted", "smtp-250"]]);
    assert.equal(server.mails[0]?.secure, true);
    assert.deepEqual(server.passwords, ["s3cret"]);

    // Nothing was sent, so there is nothing unknown about it; and who reads the log learns why.
    const stranger = await send(server.url, { authorityPem: null });
    assert.deepEqual(outcomes(stranger), [["transient", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"]]);
    const elsewhere = await send(server.url.replace("localhost", "127.0.0.1"));
    assert.deepEqual(outcomes(elsewhere), [["transient", "ERR_TLS_CERT_ALTNAME_INVALID"]]);
    assert.equal(server.mails.length, 1);
    assert.deepEqual(server.passwords, ["s3cret"], "no password was shown to a stranger");
  });
}

void test("smtps to a server that speaks no TLS is transient", async (t) => {
  const server = await startMailServer(t, { tls: "starttls", certificates });
  const [result] = await send(server.url.replace("smtp:", "smtps:"));
  assert.deepEqual(result?.outcome, { kind: "transient" });
  assert.match(result.detail, /WRONG_VERSION_NUMBER|PACKET_LENGTH/);
});

void test("twelve mails go over three connections, which are kept, and each arrives once", async (t) => {
  const server = await startMailServer(t, { tls: "starttls", certificates, delayMs: 50 });
  const results = await send(
    server.url,
    { connections: 3 },
    Array.from({ length: 12 }, () => english),
  );
  assert.deepEqual(new Set(results.map(({ outcome }) => outcome.kind)), new Set(["accepted"]));
  assert.deepEqual(server.connections(), { total: 3, most: 3 });
  const recipients = server.mails.map(({ recipient }) => recipient).toSorted();
  assert.deepEqual(recipients, Array.from({ length: 12 }, (_, index) => `m${index}@example.com`).toSorted());
  assert.equal(new Set(server.mails.map(({ connection }) => connection)).size, 3);
});
