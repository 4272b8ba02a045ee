import type { Channels, RunSummary } from "../answers.ts";
import { count, percent } from "../format.ts";
import { codeName, t } from "../i18n.ts";
import type { TopicValues } from "../live.ts";

/** Something that needs somebody. */
export interface Attention {
  readonly tone: "bad" | "warn" | "wait";
  readonly text: string;
  readonly note?: string;
  readonly to?: string;
}

/** What is known; what is not yet, or cannot be asked, is left out. */
export interface Known extends Partial<TopicValues> {
  readonly listed?: readonly RunSummary[] | undefined;
  readonly channels?: Channels["channels"] | undefined;
  readonly pendingOrders?: number | undefined;
  readonly pendingAdjustments?: number | undefined;
}

/** From a fifth of sends on it is the provider, not addresses. */
const worryingShare = 0.2;
const graveness = ["bad", "warn", "wait"];

/** What needs somebody, the gravest first. */
export function attentionOf(known: Known): readonly Attention[] {
  const found = [
    ...ofDelivery(known),
    ...(known.listed ?? []).flatMap(ofRun),
    ...ofMessages(known),
    ...ofPeople(known),
  ];
  return found.sort((one, other) => graveness.indexOf(one.tone) - graveness.indexOf(other.tone));
}

function ofDelivery({ controls, breakers = [], channels = [] }: Known): readonly Attention[] {
  const to = "/delivery";
  const found: Attention[] = [];
  if (controls?.held != null)
    found.push({ tone: "bad", text: t("attention.held"), note: codeName(controls.held), to });
  for (const channel of controls?.paused ?? []) {
    found.push({ tone: "warn", text: t("attention.paused", { channel: codeName(channel) }), to });
  }
  for (const { channel, provider, state } of breakers) {
    const values = { channel: codeName(channel), provider, state: codeName(state) };
    found.push({ tone: "bad", text: t("attention.breaker", values), to });
  }
  for (const { channel, failureShare } of channels) {
    if (failureShare === null || failureShare < worryingShare) continue;
    if (breakers.some((one) => one.channel === channel)) continue;
    const text = t("attention.failures", { channel: codeName(channel), share: percent(failureShare) });
    found.push({ tone: "bad", text, to });
  }
  return found;
}

function ofRun(run: RunSummary): readonly Attention[] {
  const { name, phase, message: note, partitions, notifications } = run;
  const to = `/runs/${name}`;
  const found: Attention[] = [];
  if (phase === "Failed")
    found.push({ tone: "bad", text: t("attention.failedRun", { run: name }), note, to });
  else if (partitions !== null && partitions.failed > 0 && run.completionTime === null) {
    found.push({
      tone: "bad",
      text: t("attention.failedPartitions", { run: name, n: partitions.failed }),
      note,
      to,
    });
  }
  if (phase === "AwaitingApproval")
    found.push({ tone: "wait", text: t("attention.waits", { run: name }), note, to });
  if (phase === "AwaitingRelease")
    found.push({ tone: "wait", text: t("attention.unreleased", { run: name }), note, to });
  const overdue = notifications?.overdue ?? 0;
  if (overdue > 0)
    found.push({ tone: "warn", text: t("attention.overdue", { run: name, n: count(overdue) }), to });
  return found;
}

function ofMessages({ queue = [] }: Known): readonly Attention[] {
  const sum = (state: string): number =>
    queue.filter((each) => each.state === state).reduce((total, { messages }) => total + messages, 0);
  const [dead, unknown] = [sum("DEAD"), sum("UNKNOWN")];
  const found: Attention[] = [];
  if (dead > 0)
    found.push({ tone: "warn", text: t("attention.dead", { n: count(dead) }), to: "/dead-letters" });
  if (unknown > 0) {
    found.push({
      tone: "warn",
      text: t("attention.unknown", { n: count(unknown) }),
      to: "/messages?state=UNKNOWN",
    });
  }
  return found;
}

function ofPeople({ pendingOrders = 0, pendingAdjustments = 0 }: Known): readonly Attention[] {
  const found: Attention[] = [];
  if (pendingOrders > 0)
    found.push({ tone: "wait", text: t("attention.orders", { n: pendingOrders }), to: "/messages" });
  if (pendingAdjustments > 0) {
    const text = t("attention.adjustments", { n: pendingAdjustments });
    found.push({ tone: "wait", text, to: "/adjustments?state=pending" });
  }
  return found;
}
