import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** Who is signed in. */
export interface Person {
  readonly name: string;
  readonly roles: readonly string[];
}

/** Who is signed in, for everything below the frame. */
export const PersonContext = createContext<Person>({ name: "", roles: [] });

/** Whether who is signed in has the role. The server decides; a page does not offer what it would refuse. */
export function useMay(role: "operator" | "approver"): boolean {
  return useContext(PersonContext).roles.includes(role);
}
