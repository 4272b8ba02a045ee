import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A message as Slack's incoming webhooks take it, as far as tests look at it. */
export interface SlackMessage {
  readonly channel: string;
  readonly attachments: readonly {
    readonly color: string;
    readonly title: string;
    readonly title_link: string;
    readonly text: string;
    readonly fallback: string;
  }[];
}

/** A webhook on 127.0.0.1 that answers as Slack does; closed when the test ends. */
export async function startSlackWebhook(
  t: TestContext,
): Promise<{ readonly url: string; readonly messages: readonly SlackMessage[] }> {
  const messages: SlackMessage[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (text: Buffer) => (body += text.toString()));
    request.on("end", () => {
      messages.push(JSON.parse(body) as SlackMessage);
      response.writeHead(200, { "content-type": "text/html" }).end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/x`, messages };
}
