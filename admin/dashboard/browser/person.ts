import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Standing } from "./answers.ts";

/** Who is signed in. */
export type Person = NonNullable<Standing["person"]>;

/** Who is signed in, for everything below the frame. */
export const PersonContext = createContext<Person>({ name: "", roles: [], via: "session" });

/** Whether who is signed in has the role. The server decides; a page does not offer what it would refuse. */
export function useMay(role: "operator" | "approver"): boolean {
  return useContext(PersonContext).roles.includes(role);
}
