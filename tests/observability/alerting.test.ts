import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { freePort } from "../../local/free-port.ts";
import { insertLiveGeneration, testPolicy } from "../support/bills.ts";
import { testKafka } from "../support/kafka.ts";
import { testDatabase } from "../support/postgres.ts";
import {
  createWorld,
  setBillingClock,
  spawnProgram,
  type TestProcess,
  type World,
} from "../delivery/world.ts";
import {
  alertmanagerExample,
  alertsOf,
  metricNamesOf,
  startAlertmanager,
  startPrometheus,
} from "./monitoring-stack.ts";
import { runProgram, skippedWithout } from "./programs.ts";
import { alertRules, metricsOfGroup } from "./rules.ts";
import { type SlackMessage, startSlackWebhook } from "./slack-webhook.ts";

const noonInSeoul = "2026-11-02T12:00:00+09:00";
const policy = {
  ...testPolicy,
  breaker: {
    ...{ windowMs: 5_000, minSends: 20, failureFraction: 0.2, openMs: 1_000, probeSends: 5 },
    undecidedMs: 600_000,
  },
  // Enough rungs for messages to outlive the time in which the provider is down.
  ladders: { ...testPolicy.ladders, email: { delaysMs: Array<number>(10).fill(1_000), jitterFraction: 0.2 } },
};

async function worldWithBills(t: TestContext, bills: number): Promise<World> {
  const { url, connect } = await testDatabase(t);
  const { bootstrap } = await testKafka();
  const database = await connect();
  await setBillingClock(database, noonInSeoul);
  await insertLiveGeneration(database, { period: "2026-10", generation: 1, policy }, bills);
  return createWorld(t, { databaseUrl: url, bootstrap, database }, [
    "--delay-ms",
    "20",
    "--failure-rate",
    "0",
  ]);
}

/** A provider on a known port, so that a sound one can take a failing one's place. */
function startMailProvider(t: TestContext, port: number, failureRate: number): TestProcess {
  const options = ["--port", String(port), "--delay-ms", "20", "--failure-rate", String(failureRate)];
  const started = spawnProgram(["provider-simulator", ...options], {});
  t.after(() => started.child.kill("SIGKILL"));
  return started;
}

const attachment = (messages: readonly SlackMessage[], title: RegExp) =>
  messages
    .flatMap(({ channel, attachments }) => attachments.map((one) => ({ channel, ...one })))
    .find((one) => title.test(one.title));

test(
  "a provider that refuses everything: Prometheus sees its breaker open, Slack is told, and told when it is over",
  {
    skip: skippedWithout("prometheus", "alertmanager"),
  },
  async (t) => {
    const world = await worldWithBills(t, 400);
    const [mailPort, dispatcherPort, emailPort, gonePort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const failing = startMailProvider(t, mailPort, 1);
    world.start("dispatcher", { HEALTH_PORT: String(dispatcherPort) });
    const providers = [{ name: "mail", url: `http://127.0.0.1:${mailPort}` }];
    world.start("email", {
      ...{ HEALTH_PORT: String(emailPort), PROVIDER_URL: "", PROVIDERS: JSON.stringify(providers) },
    });
    const slack = await startSlackWebhook(t);
    const alertmanager = await startAlertmanager(t, slack.url);
    const targets = [
      { component: "dispatcher", pod: "dispatcher-1", port: dispatcherPort },
      { component: "email", pod: "email-1", port: emailPort },
      { component: "sms", pod: "sms-1", port: gonePort },
    ];
    const prometheus = await startPrometheus(t, targets, alertmanager);

    const firing = async (name: string) =>
      (await alertsOf(prometheus)).filter(
        ({ labels, state }) => labels["alertname"] === name && state === "firing",
      );
    const expected = ["BillingBreakerOpen", "BillingNoProcess", "BillingProcessDown"];
    await world.until(`${expected.join(", ")} fire`, async () => {
      const found = await Promise.all(expected.map(firing));
      return {
        done: found.every(({ length }) => length === 1),
        seen: JSON.stringify(await alertsOf(prometheus)),
      };
    });
    const [breaker] = await firing("BillingBreakerOpen");
    assert.deepEqual(breaker?.labels, {
      ...{ alertname: "BillingBreakerOpen", severity: "critical", namespace: "billing", release: "billing" },
      ...{ channel: "email", provider: "mail" },
    });
    assert.equal(breaker.annotations["summary"], "Sending by email at mail is suspended.");
    const [down] = await firing("BillingProcessDown");
    assert.equal(down?.labels["pod"], "sms-1", "what nobody serves is down");
    assert.deepEqual(
      (await firing("BillingNoProcess")).map(({ labels }) => labels["component"]),
      ["operator"],
    );

    await world.until("Slack is told", () => {
      const told = attachment(slack.messages, /^BillingBreakerOpen/);
      return Promise.resolve({ done: told !== undefined, seen: JSON.stringify(slack.messages) });
    });
    const told = attachment(slack.messages, /^BillingBreakerOpen/);
    assert.ok(told);
    assert.deepEqual([told.channel, told.color], ["#billing-on-call", "danger"]);
    assert.equal(told.title, "BillingBreakerOpen (billing/billing)");
    assert.match(told.text, /^\*Sending by email at mail is suspended\.\*\nMore than the tolerated share/);
    assert.match(told.text, /What to do: docs\/runbooks\/BillingBreakerOpen\.md$/);

    // An alert on a series that nobody serves is silent for ever. A dead letter makes its series when it comes; those that
    // Kafka is asked for come with a later scrape.
    await world.until("every series that an alert of delivery asks for", async () => {
      const served = await metricNamesOf(prometheus);
      const unserved = metricsOfGroup("billing-delivery").filter((name) => !served.has(name));
      const missing = unserved.filter((name) => name !== "billing_dead_letters_total");
      return { done: missing.length === 0, seen: missing.join(" ") };
    });

    failing.child.kill("SIGKILL");
    await failing.ended;
    startMailProvider(t, mailPort, 0);
    await world.until("the breaker closes and Slack is told that it is over", async () => {
      const over = attachment(slack.messages, /^Over: BillingBreakerOpen/);
      return { done: over?.color === "good", seen: JSON.stringify(await alertsOf(prometheus)) };
    });
    assert.deepEqual(await firing("BillingBreakerOpen"), []);
  },
);

test(
  "the example for Alertmanager is taken, and leads what is critical to those on call",
  {
    skip: skippedWithout("amtool"),
  },
  () => {
    const checked = runProgram("amtool", ["check-config", alertmanagerExample]);
    assert.equal(checked.code, 0, checked.output);
    const routeOf = (...labels: string[]) =>
      runProgram("amtool", [
        "config",
        "routes",
        "test",
        `--config.file=${alertmanagerExample}`,
        ...labels,
      ]).output.split("\n")[0];
    assert.equal(routeOf("alertname=BillingBreakerOpen", "severity=critical"), "billing-on-call");
    assert.equal(routeOf("alertname=BillingDeadLetters", "severity=warning"), "billing");
  },
);

test("the example holds no secret, and inhibits alerts that there are", () => {
  const text = readFileSync(alertmanagerExample, "utf8");
  assert.doesNotMatch(text, /https?:\/\//);
  const known = new Set(alertRules.map(({ alert }) => alert));
  const named = [...text.matchAll(/alertname=~?"([\w|]+)"/g)].flatMap((match) => (match[1] ?? "").split("|"));
  assert.ok(named.length > 5);
  for (const name of named) assert.ok(known.has(name), `${name} is no alert`);
});
