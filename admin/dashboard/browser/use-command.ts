import { useRef, useState } from "preact/hooks";
import { ApiProblem, command } from "./api.ts";

/** A changing call as a button sees it. */
export interface PressedCommand<Answer> {
  readonly busy: boolean;
  readonly problem: ApiProblem | undefined;
  /** The answer; undefined when it was refused or is not known, which `problem` then says. */
  readonly press: (body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer | undefined>;
  readonly forget: () => void;
}

/**
 * A changing call. Its key is kept while it is not known whether the call arrived, so that pressing again does no more than
 * once; a definite answer, or another body, begins a new one.
 */
export function useCommand<Answer>(method: string, path: string): PressedCommand<Answer> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>();
  const pending = useRef<{ readonly key: string; readonly text: string } | undefined>(undefined);
  const press: PressedCommand<Answer>["press"] = async (body = {}, headers = {}) => {
    const text = `${method} ${path} ${JSON.stringify(body)} ${JSON.stringify(headers)}`;
    const key = pending.current?.text === text ? pending.current.key : newKey();
    pending.current = { key, text };
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await command<Answer>(method, path, { body, key, headers });
      pending.current = undefined;
      return answer;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (!error.isUncertain) pending.current = undefined;
      setProblem(error);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, press, forget: () => setProblem(undefined) };
}

/** A UUID; `randomUUID` is there on secure pages only, and a laptop's is plain HTTP. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 15) | 64;
  bytes[8] = ((bytes[8] ?? 0) & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
