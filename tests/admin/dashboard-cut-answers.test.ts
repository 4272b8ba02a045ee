import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { Page } from "playwright-core";
import { signInByKeyboard, startBrowser } from "./browser.ts";
import { deliveredMonth, settledPage } from "./dashboard-scene.ts";

// Answers of which half arrives: the browser is led to a server that begins one and goes no further.

type Ending = (response: ServerResponse) => void;
const cutOff: Ending = (response) => response.socket?.destroy();
const stayOpen: Ending = () => undefined;

async function halfAnswers(t: TestContext, end: Ending): Promise<{ url: string; asked: () => number }> {
  let asked = 0;
  const server: Server = createServer((_request, response) => {
    asked++;
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"billId":', () => setTimeout(end, 100, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked: () => asked };
}

/** The next answers to this question come from there. */
async function divert(page: Page, path: string, url: string, times: number): Promise<void> {
  await page.route(`**/api/v1${path}`, (route) => route.continue({ url }), { times });
}

void test("an answer that is cut off in the middle is a problem that the page tells, not a bill without fields", async (t) => {
  const { admin, sent } = await deliveredMonth(t, 40);
  const { page } = await startBrowser(t, admin, { expected: /Failed to load resource: net::/ });
  await signInByKeyboard(page, "operator");
  const half = await halfAnswers(t, cutOff);
  // The page asks again by itself, at what the stream of events tells.
  await divert(page, `/bills/${sent}`, half.url, 1_000);
  await page.goto(`/bills/${sent}`);
  await page.getByRole("alert").getByText("The server cannot be reached").first().waitFor();
  assert.ok(half.asked() > 0);
  await page.unrouteAll();
  await page.reload();
  await settledPage(page);
  await page.getByRole("button", { name: "Send again" }).waitFor();
});

void test("an answer that is given up for a newer one is not taken for the newer one", async (t) => {
  const { admin, scheduled } = await deliveredMonth(t, 40);
  const { page } = await startBrowser(t, admin);
  await signInByKeyboard(page, "operator");
  await page.goto(`/bills/${scheduled}`);
  await settledPage(page);
  const half = await halfAnswers(t, stayOpen);
  await divert(page, `/bills/${scheduled}`, half.url, 1);
  const move = (state: string): Promise<unknown> =>
    admin.owner.query("update notifications set state = $1 where bill_id = $2", [state, scheduled]);
  // Each is told by the stream of events; the page reads at the first, and again at the second.
  await move("QUEUED");
  const deadline = performance.now() + 20_000;
  while (half.asked() === 0) {
    assert.ok(performance.now() < deadline, "the page reads again");
    await page.waitForTimeout(50);
  }
  await move("SENDING");
  await page.locator(".figures").getByText("Sending").waitFor();
});
