import { useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, read } from "../api.ts";
import type { Policy, StoredPolicy } from "../answers.ts";
import { useCommand } from "../use-command.ts";
import type { EditedPolicy } from "./policy-json.ts";
import { mergePolicies } from "./policy-merge.ts";
import type { Meanwhile } from "./policy-meanwhile.ts";

/** What stands on the server, as far as this page has seen it. */
interface Seen {
  readonly spec: unknown;
  /** Null = there is none any more. */
  readonly version: string | null;
}

/** An edit of a policy, from what was read to what was stored. */
export interface PolicyEdit {
  readonly stored: unknown;
  readonly edited: EditedPolicy;
  readonly edit: (edited: EditedPolicy) => void;
  readonly busy: boolean;
  /** Why it was not stored. */
  readonly problem: ApiProblem | undefined;
  /** Somebody else came first: what they stored, or null when it is gone. */
  readonly meanwhile: Meanwhile | null | undefined;
  /** Whether it was stored. What was typed is kept, whatever comes of it. */
  readonly store: () => Promise<boolean>;
  readonly undo: () => void;
}

/** Edits a policy: stored over the version that was read, and over no other. */
export function usePolicyEdit(policy: Policy): PolicyEdit {
  const { name } = policy;
  const [seen, setSeen] = useState<Seen>({ spec: policy.spec, version: policy.version });
  const [edited, edit] = useState<EditedPolicy>({ spec: policy.spec });
  const [meanwhile, setMeanwhile] = useState<Meanwhile | null | undefined>();
  const { busy, problem, press, forget } = useCommand<StoredPolicy>("PUT", `/policies/${name}`);
  const latest = useRef(edited);
  latest.current = edited;
  const lookAtTheirs = async (): Promise<void> => {
    const theirs = await find(name);
    if (theirs === null) {
      setSeen({ ...seen, version: null });
      setMeanwhile(null);
      return;
    }
    const merged = mergePolicies(seen.spec, theirs.spec, latest.current.spec);
    setSeen(theirs);
    setMeanwhile({ merged, theirs: theirs.spec });
    edit({ spec: merged.spec });
  };
  useEffect(() => {
    // Should it not be read, the server's own sentence stands there, and storing again says the same.
    if (problem?.code === "changed-meanwhile") lookAtTheirs().catch(() => undefined);
  }, [problem]);
  const store = async (): Promise<boolean> => {
    setMeanwhile(undefined);
    const answer = await press({ spec: edited.spec }, preconditionOf(seen));
    if (answer === undefined) return false;
    setSeen(answer);
    edit({ spec: answer.spec });
    return true;
  };
  const undo = (): void => {
    edit({ spec: seen.spec });
    setMeanwhile(undefined);
    forget();
  };
  return { stored: seen.spec, edited, edit, busy, problem, meanwhile, store, undo };
}

const preconditionOf = ({ version }: Seen): Readonly<Record<string, string>> =>
  version === null ? { "If-None-Match": "*" } : { "If-Match": `"${version}"` };

async function find(name: string): Promise<Policy | null> {
  try {
    return await read<Policy>(`/policies/${name}`);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return null;
    throw error;
  }
}
