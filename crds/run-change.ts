import type { BillingRun } from "./billing-run-status.ts";
import { leavingReasons } from "./conditions.ts";

/** What a person may ask of a run besides approving it. */
export type Request = "retry" | "cancel" | "suspend" | "resume" | "release";

/** The patch of the spec that does it, nothing to do, or why it cannot be done. */
export type Change =
  | { readonly kind: "patch"; readonly spec: Readonly<Record<string, unknown>>; readonly done: string }
  | { readonly kind: "unneeded"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

/** How `request` is written into the spec of `run`, judged by how the run stands. */
export function changeFor(request: Request, run: BillingRun): Change {
  switch (request) {
    case "retry":
      return retry(run);
    case "cancel":
      return cancel(run);
    case "suspend":
      return suspend(run);
    case "resume":
      return resume(run);
    case "release":
      return release(run);
  }
}

/** How the release of `run` is reserved for an instant (RFC 3339), now or once its bills are live. */
export function reserveRelease({ metadata: { name }, spec, status }: BillingRun, releaseAt: string): Change {
  if (spec.dispatch.release === "None") {
    return refused(`${name} was to send no messages (spec.dispatch.release is None)`);
  }
  if (spec.cancel || isFinished(status)) return refused(`${name} has ended: it is ${status?.phase ?? ""}`);
  const delivered = status?.conditions.find(({ type }) => type === "Delivered")?.reason;
  if (leavingReasons.some((reason) => reason === delivered)) {
    return refused(`the messages of ${name} have been released; cancel the run, or reserve single messages`);
  }
  return patch(
    { dispatch: { release: "Automatic", releaseAt } },
    `the messages of ${name} leave from ${releaseAt} on`,
  );
}

/** What cancelling this run means, for the one who has to confirm it. */
export function consequenceOfCancelling({ metadata: { name }, spec, status }: BillingRun): string {
  const open = (status?.notifications.scheduled ?? 0) + (status?.notifications.queued ?? 0);
  if (isPromoted(status)) {
    return `The bills of ${spec.period} are live and stay live; ${open.toLocaleString("en")} messages that are not sent yet will be cancelled.`;
  }
  return `Nothing that ${name} has computed for ${spec.period} will become a bill. This cannot be taken back.`;
}

function retry({ metadata: { name, generation }, spec, status }: BillingRun): Change {
  if (spec.cancel) return refused(`${name} was cancelled; a cancelled run is not tried again`);
  // Its status may speak of what failed before it was tried again a moment ago: pressed twice, it is tried once.
  if (status !== undefined && status.observedGeneration < generation) {
    return refused(`${name} was changed a moment ago and the operator has not looked at it yet; try again`);
  }
  const failed = status?.partitions.failed ?? 0;
  if (status?.phase !== "Failed" && failed === 0) {
    return refused(`nothing of ${name} has failed: it is ${status?.phase ?? "without a status yet"}`);
  }
  const partitions = status?.partitions.failedIndexes.join(", ") ?? "";
  const what = failed === 0 ? "the step that failed" : `partitions ${partitions}`;
  const spelled = { retryGeneration: spec.retryGeneration + 1 };
  return patch(
    spelled,
    `${name}: ${what} will be tried again (retry ${spelled.retryGeneration}); what is done stays`,
  );
}

function cancel({ metadata: { name }, spec, status }: BillingRun): Change {
  if (spec.cancel) return unneeded(`${name} was cancelled already`);
  if (isFinished(status) && status?.phase !== "Failed")
    return refused(`${name} has ended: it is ${status?.phase ?? ""}`);
  return patch({ cancel: true }, `${name} is being cancelled`);
}

function suspend({ metadata: { name }, spec, status }: BillingRun): Change {
  if (spec.suspend) return unneeded(`${name} is suspended already`);
  if (isFinished(status)) return refused(`${name} has ended: it is ${status?.phase ?? ""}`);
  if (status?.phase === "Delivering" || status?.phase === "Reserved") {
    return refused(
      `${name} is released; suspending does not hold messages back that were released, cancelling does`,
    );
  }
  return patch({ suspend: true }, `${name} is being suspended: nothing new is started`);
}

function resume({ metadata: { name }, spec }: BillingRun): Change {
  if (!spec.suspend) return unneeded(`${name} is not suspended`);
  return patch({ suspend: false }, `${name} goes on`);
}

function release({ metadata: { name }, spec, status }: BillingRun): Change {
  switch (spec.dispatch.release) {
    case "Automatic":
      if (status?.phase === "Reserved") {
        // Null takes the field away: the messages leave when it is read.
        return patch({ dispatch: { releaseAt: null } }, `the messages of ${name} may leave now`);
      }
      return unneeded(`${name} releases its messages by itself`);
    case "None":
      return refused(`${name} was to send no messages (spec.dispatch.release is None)`);
    case "Manual":
      if (status?.phase !== "AwaitingRelease") {
        return refused(`the bills of ${name} are not live yet: it is ${status?.phase ?? "without a status"}`);
      }
      return patch(
        { dispatch: { release: "Automatic" } },
        `${status.notifications.scheduled.toLocaleString("en")} messages of ${name} may leave, each at its time`,
      );
  }
}

function isFinished(status: BillingRun["status"]): boolean {
  return (
    status?.conditions.some(({ type, status: value }) => type === "Finished" && value === "True") ?? false
  );
}

function isPromoted(status: BillingRun["status"]): boolean {
  return (
    status?.conditions.some(({ type, status: value }) => type === "Promoted" && value === "True") ?? false
  );
}

function patch(spec: Readonly<Record<string, unknown>>, done: string): Change {
  return { kind: "patch", spec, done };
}

function unneeded(why: string): Change {
  return { kind: "unneeded", why };
}

function refused(why: string): Change {
  return { kind: "refused", why };
}
