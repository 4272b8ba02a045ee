import assert from "node:assert/strict";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import type { SendResult } from "../sender.ts";
import { createSmtpSender } from "./smtp-sender.ts";

/** What the server says to a command; null = it hangs up. */
type Answers = (command: string) => string | null;

interface Exchange {
  readonly result: SendResult;
  /** Everything the client said, mail included. */
  readonly said: string;
}

const accepting: Answers = (command) => (command === "DATA" ? "354 go ahead" : "250 ok");

/** Sends one mail to a mail server of a few lines. */
async function exchange(t: TestContext, answers: Answers): Promise<Exchange> {
  let said = "";
  const server = createServer((socket) => {
    converse(socket, answers, (text) => (said += text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const sender = createSmtpSender({
    url: `smtp://127.0.0.1:${port}`,
    from: "Bills <bills@carrier.example>",
    timeoutMs: 1_000,
    connections: 1,
    requireTls: false,
    authorityPem: null,
    dkim: null,
    unsubscribeUrl: "https://carrier.example/bills",
  });
  const content = { subject: "Your bill", html: "<p>28,030</p>", text: "28,030" };
  const result = await sender.send({ idempotencyKey: "20261.g1:email:m1", to: "m@example.com", content });
  await sender.close();
  return { result, said };
}

function converse(socket: Socket, answers: Answers, hear: (text: string) => void): void {
  let inMail = false;
  socket.on("error", () => undefined);
  socket.write("220 ready\r\n");
  socket.on("data", (chunk) => {
    const text = chunk.toString();
    hear(text);
    if (inMail && !text.endsWith("\r\n.\r\n")) return;
    const command = inMail ? "MAIL" : text.startsWith("DATA") ? "DATA" : (text.split(/[ \r]/)[0] ?? "");
    inMail = command === "DATA";
    const answer = answers(command === "MAIL" && text.startsWith("MAIL FROM") ? "MAIL FROM" : command);
    if (answer === null) socket.destroy();
    else socket.write(`${answer}\r\n`);
  });
}

void test("a mail has both parts, and the key as its Message-ID", async (t) => {
  const { result, said } = await exchange(t, accepting);
  assert.deepEqual(result, {
    outcome: { kind: "accepted" },
    providerMessageId: "<20261.g1-email-m1@carrier.example>",
    detail: "smtp-250",
  });
  assert.match(said, /Message-ID: <20261\.g1-email-m1@carrier\.example>/);
  assert.match(said, /multipart\/alternative/);
  assert.match(said, /List-Unsubscribe: <https:\/\/carrier\.example\/bills>/);
  assert.match(said, /Auto-Submitted: auto-generated/);
});

void test("a mailbox that does not exist is permanent, a full one transient", async (t) => {
  const refuse =
    (code: string): Answers =>
    (command) =>
      command === "RCPT" ? `${code} no` : accepting(command);
  assert.deepEqual((await exchange(t, refuse("550"))).result.outcome, { kind: "permanent" });
  assert.deepEqual((await exchange(t, refuse("452"))).result.outcome, { kind: "transient" });
});

void test("a connection cut after the mail leaves the outcome unknown", async (t) => {
  const { result } = await exchange(t, (command) => (command === "MAIL" ? null : accepting(command)));
  assert.deepEqual(result.outcome, { kind: "unknown" });
});

void test("a mail server that is not there is transient", async () => {
  const sender = createSmtpSender({
    url: "smtp://127.0.0.1:1",
    from: "b@c.example",
    timeoutMs: 1_000,
    connections: 1,
    requireTls: false,
    authorityPem: null,
    dkim: null,
    unsubscribeUrl: "https://carrier.example/bills",
  });
  const content = { subject: "", html: "", text: "" };
  const result = await sender.send({ idempotencyKey: "k", to: "m@example.com", content });
  await sender.close();
  assert.deepEqual(result.outcome, { kind: "transient" });
});
