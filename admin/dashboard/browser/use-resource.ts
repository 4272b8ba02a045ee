import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiProblem, read } from "./api.ts";

/** What was read of one address: the last answer stays while the next is on its way. */
export interface Resource<Answer> {
  readonly value: Answer | undefined;
  readonly problem: ApiProblem | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/** Reads below `/api/v1`, again when the address changes or `reload` is called; null = nothing to read yet. */
export function useResource<Answer>(path: string | null): Resource<Answer> {
  const [state, setState] = useState<{ path: string | null; value?: Answer; problem?: ApiProblem }>({ path });
  const [round, setRound] = useState(0);
  const [loading, setLoading] = useState(path !== null);
  const latest = useRef(path);
  latest.current = path;
  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    setLoading(true);
    read<Answer>(path, stop.signal)
      .then((value) => setState({ path, value }))
      .catch((problem: unknown) => {
        if (stop.signal.aborted) return;
        if (!(problem instanceof ApiProblem)) throw problem;
        setState((before) => (before.path === path ? { ...before, problem } : { path, problem }));
      })
      .finally(() => {
        if (!stop.signal.aborted) setLoading(false);
      });
    return () => stop.abort();
  }, [path, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const current = state.path === path;
  return {
    value: current ? state.value : undefined,
    problem: current ? state.problem : undefined,
    loading,
    reload,
  };
}
