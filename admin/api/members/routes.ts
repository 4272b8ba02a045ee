import type { Route } from "../../http/route.ts";
import { changePreferences } from "./preferences.ts";
import { getMember } from "./read.ts";
import { searchMembers } from "./search.ts";
import { unmaskMember } from "./unmask.ts";

/** Members: who they are, masked, and what they want. */
export const memberRoutes: readonly Route[] = [searchMembers, getMember, unmaskMember, changePreferences];
