import type { z } from "zod";
import { emailKey, phoneKey } from "../../../database/members/contact-key.ts";
import { findMembers, type MemberTerm } from "../../../database/members/find-members.ts";
import { requireIndex, type ContactKeys } from "../../contact-keys.ts";
import { HttpProblem } from "../../http/problem.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { maskedContacts } from "./masked.ts";
import { foundMembers, searchTerms } from "./schemas.ts";

/** People who share a contact are few; more than these are an address of an office, to be asked for by number. */
const mostFound = 50;

/** A POST, because what is searched for names a person and addresses are logged by proxies. */
export const searchMembers: Route = readRoute({
  path: "/members/search",
  method: "post",
  role: "viewer",
  tag: "Members",
  summary: "Search members by number, account, e-mail or phone; contacts come masked",
  description:
    "Exactly one term. E-mail and phone are found by blind index, however they are written. Names are encrypted and have no index: nobody is found by name.",
  body: searchTerms,
  answer: foundMembers,
  read: async ({ body }, { pool, contacts }) => {
    const rows = await findMembers(pool, termOf(body, contacts), mostFound + 1);
    const items = rows.slice(0, mostFound).map((row) => ({
      memberId: row.memberId,
      ...maskedContacts(row, contacts),
      accountIds: [...row.accountIds],
    }));
    return { items, more: rows.length > mostFound };
  },
});

function termOf(terms: z.output<typeof searchTerms>, contacts: ContactKeys): MemberTerm {
  const { memberId, accountId, email, phone } = terms;
  if (memberId !== undefined) return { by: "member", id: memberId };
  if (accountId !== undefined) return { by: "account", id: accountId };
  if (email !== undefined) return { by: "email", index: requireIndex(contacts)(emailKey(email)) };
  if (phone !== undefined) return { by: "phone", index: requireIndex(contacts)(phoneKey(phone)) };
  const message = "names are kept encrypted and have no index; search by memberId, accountId, email or phone";
  throw new HttpProblem(400, "not-searchable", "nobody can be found by name", {
    fields: [{ in: "body", field: "name", message }],
  });
}
