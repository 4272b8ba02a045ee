import { closeSync, openSync, readSync, statSync } from "node:fs";

interface AuditLine {
  readonly stage: string;
  readonly verb: string;
  readonly userAgent?: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
}

/** Requests by who asked, then by `verb resource`. */
export type RequestCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Notes the end of the audit log; the function returned counts the requests answered since. */
export function startRequestCount(auditLog: string): () => RequestCounts {
  const from = statSync(auditLog).size;
  return () => countSince(auditLog, from);
}

function countSince(auditLog: string, from: number): RequestCounts {
  const size = statSync(auditLog).size;
  if (size < from) throw new Error("the audit log was rotated: requests are lost");
  const buffer = Buffer.alloc(size - from);
  const file = openSync(auditLog, "r");
  readSync(file, buffer, 0, buffer.length, from);
  closeSync(file);
  const counts: Record<string, Record<string, number>> = {};
  // The last line may be half written.
  for (const line of buffer.toString().split("\n").slice(0, -1)) {
    const { stage, verb, userAgent = "", objectRef } = JSON.parse(line) as AuditLine;
    // A watch has two lines; it is counted when it begins.
    if ((stage === "ResponseComplete") === (verb === "watch")) continue;
    const { resource = "other", subresource } = objectRef ?? {};
    const what = `${verb} ${subresource === undefined ? resource : `${resource}/${subresource}`}`;
    const byWhat = (counts[askerOf(userAgent)] ??= {});
    byWhat[what] = (byWhat[what] ?? 0) + 1;
  }
  return counts;
}

function askerOf(userAgent: string): string {
  if (userAgent === "") return "kubelet double";
  const controller = /kube-controller-manager.*:([\w-]+)$/.exec(userAgent)?.[1];
  return controller ?? userAgent.replace(/\/.*/, "");
}

/** All requests of one asker. */
export function sumOf(counts: RequestCounts, asker: string): number {
  return Object.values(counts[asker] ?? {}).reduce((sum, count) => sum + count, 0);
}
