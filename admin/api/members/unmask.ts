import { recordAudit } from "../../../database/audit/record-audit.ts";
import { readMember } from "../../../database/members/read-member.ts";
import { requireCipher } from "../../contact-keys.ts";
import { notFound } from "../../http/problem.ts";
import { readRoute, type Route } from "../../http/route.ts";
import { openContacts } from "./masked.ts";
import { memberParam, unmaskedMember, unmaskOrder } from "./schemas.ts";

/** Who asked and why stands in the audit log before anything is opened, also when the answer never arrives. */
export const unmaskMember: Route = readRoute({
  path: "/members/{memberId}/unmask",
  method: "post",
  role: "operator",
  tag: "Members",
  summary: "A member's contacts in plain, for a reason that is kept in the audit log",
  description: "Needs no Idempotency-Key: each look is an entry of its own in the audit log.",
  params: memberParam,
  body: unmaskOrder,
  answer: unmaskedMember,
  read: async ({ params: { memberId }, body: { reason } }, { pool, contacts, actor, requestId }) => {
    const cipher = requireCipher(contacts);
    const row = await readMember(pool, memberId);
    if (row === null) throw notFound(`member ${memberId}`);
    await recordAudit(pool, {
      actor: actor.name,
      action: "member.unmask",
      subject: `member:${memberId}`,
      detail: { reason, requestId },
    });
    return { memberId, ...openContacts(row, cipher) };
  },
});
