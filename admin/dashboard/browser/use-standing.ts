import { useEffect, useRef, useState } from "preact/hooks";
import type { Standing } from "./answers.ts";
import { ApiProblem, session, signedOut } from "./api.ts";

/** Who is signed in, as far as it is known. */
export interface KnownStanding {
  readonly standing?: Standing | undefined;
  /** Why it is not known. */
  readonly problem?: ApiProblem | undefined;
  /** Somebody was in before. */
  readonly ended: boolean;
}

/**
 * Asks who is signed in: at first, and whenever a call or the stream says that nobody is. A token that ran out is no sign-out while the proxy
 * in front has the next one, so the page stays as it is if somebody still is.
 */
export function useStanding(): readonly [KnownStanding, (standing: Standing, ended: boolean) => void] {
  const [known, setKnown] = useState<KnownStanding>({ ended: false });
  const asking = useRef(false);
  useEffect(() => {
    const ask = async (): Promise<void> => {
      if (asking.current) return;
      asking.current = true;
      try {
        const standing = await session.read();
        setKnown((before) => ({ standing, ended: standing.person === null && wasIn(before) }));
      } catch (problem) {
        if (!(problem instanceof ApiProblem)) throw problem;
        // A server that is away for a moment puts nobody out.
        setKnown((before) =>
          problem.status !== 401 && before.standing !== undefined
            ? before
            : { problem, ended: wasIn(before) },
        );
      } finally {
        asking.current = false;
      }
    };
    const out = (): void => void ask();
    out();
    signedOut.addEventListener("out", out);
    return () => signedOut.removeEventListener("out", out);
  }, []);
  return [known, (standing, ended) => setKnown({ standing, ended })];
}

const wasIn = ({ standing, ended }: KnownStanding): boolean => ended || (standing?.person ?? null) !== null;
