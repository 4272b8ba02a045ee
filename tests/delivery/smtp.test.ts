import assert from "node:assert/strict";
import { test } from "node:test";
import { parseLinkKeys, readBillLink } from "../../notification/bill-link.ts";
import { createMailKeys } from "../smtp/mail-keys.ts";
import { startMailServer, type ReceivedMail } from "../smtp/mail-server.ts";
import { readMail } from "../smtp/read-mail.ts";
import { verifyDkim } from "../smtp/verify-dkim.ts";
import { billIdOf, insertLiveGeneration } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import { createWorld, setBillingClock } from "./world.ts";

const address = { period: "2026-10", generation: 1 };
const linkKeys = `l1:${Buffer.alloc(32, 3).toString("base64")}`;
const billUrl = "https://bills.carrier.example/b/";

void test("a month by SMTP: encrypted, signed, each bill once with a link to it, and SMS where there is no mailbox", async (t) => {
  const keys = await createMailKeys();
  t.after(() => {
    keys.remove();
  });
  const server = await startMailServer(t, {
    tls: "starttls",
    certificates: keys.folder,
    withLogin: true,
    delayMs: 20,
  });
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, "2026-11-02T12:00:00+09:00");
  const world = await createWorld(t, { databaseUrl: url, bootstrap, database }, [
    "--delay-ms",
    "20",
    "--failure-rate",
    "0",
  ]);
  await insertLiveGeneration(database, address, 60, (n) => (n > 57 ? { email: `gone${n}@example.com` } : {}));
  world.start("email", {
    ...{
      PROVIDER_URL: server.url,
      SMTP_TLS: "required",
      SMTP_CA_FILE: keys.authorityFile,
      SMTP_CONNECTIONS: "4",
    },
    ...{ SENDER_ADDRESS: "Hanbit Mobile <bills@carrier.example>" },
    ...{ DKIM_KEY_FILE: keys.signingKeyFile, DKIM_DOMAIN: "carrier.example", DKIM_SELECTOR: "bills" },
    ...{ LINK_KEYS: linkKeys, BILL_URL: billUrl },
  });
  for (const name of ["dispatcher", "sms"]) world.start(name);
  await world.untilStates({ SENT: 60 });

  assert.ok(server.connections().most <= 4, "no more connections than SMTP_CONNECTIONS");
  assert.equal(server.mails.length, 57);
  for (const mail of server.mails) {
    assert.ok(mail.secure);
    assert.equal(verifyDkim(mail.raw, keys.publicKey).domain, "carrier.example");
    assertLinked(mail);
  }
  assert.equal(new Set(server.mails.map(({ recipient }) => recipient)).size, 57);
  const { rows } = await database.query(
    "select channel, count(*) as sent, count(provider_message_id) as named from notifications group by 1 order by 1",
  );
  assert.deepEqual(rows, [
    { channel: "email", sent: 57, named: 57 },
    { channel: "sms", sent: 3, named: 3 },
  ]);
});

/** The mail of member n links to bill n, in both its parts, and says so by its Message-ID. */
function assertLinked({ recipient, raw }: ReceivedMail): void {
  const { text, html, header } = readMail(raw);
  const billId = billIdOf(address.period, Number(/\d+/.exec(recipient)?.[0]));
  assert.equal(header("message-id"), `<${billId}.g1-email-m1@carrier.example>`);
  const link = /https:\/\/bills\.carrier\.example\/b\/[\w.-]+/;
  const token = link.exec(text)?.[0].slice(billUrl.length) ?? "";
  assert.equal(link.exec(html)?.[0].slice(billUrl.length), token);
  // 90 days after the due day, the 25th of November, have passed by the 24th of February.
  const read = (day: string) => readBillLink(token, parseLinkKeys(linkKeys), Date.parse(day));
  assert.deepEqual(read("2027-02-23T23:59:59Z"), {
    ...{ kind: "valid", billId },
    expiresAtSeconds: Date.parse("2027-02-24T00:00:00Z") / 1_000,
  });
  assert.deepEqual(read("2027-02-24T00:00:00Z"), { kind: "refused", why: "expired" });
}
