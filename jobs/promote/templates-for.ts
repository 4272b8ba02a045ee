import { isTemplateSet, templatesInForce } from "../../database/templates/templates-in-force.ts";
import { leavesTimeForAdvertising, policyForTemplates } from "../../notification/advertising-night.ts";
import type { NotificationPolicy } from "../../notification/policy.ts";
import { PermanentError } from "../../platform/errors.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import { recordBuiltInTemplates } from "../../desk/templates/built-in-templates.ts";

/** What the messages of a generation say, and the policy that follows from it. */
export interface WrittenPolicy {
  readonly templateIds: readonly number[];
  readonly policy: NotificationPolicy;
}

/**
 * Chooses the templates that a generation is to be promoted with, before its messages are planned: where one carries
 * advertising, none of them is due at night. Without messages nothing is chosen.
 */
export async function templatesFor(
  client: Client,
  { policy, release }: { readonly policy: NotificationPolicy; readonly release: string },
): Promise<WrittenPolicy> {
  if (release === "none") return { templateIds: [], policy };
  await inTransactionOn(client, () => recordBuiltInTemplates(client));
  const { templateSet } = policy;
  if (!(await isTemplateSet(client, templateSet))) {
    throw new PermanentError(
      "unknown-template-set",
      `nothing of the template set "${templateSet}" is published; publish it, or name another in the policy`,
    );
  }
  const templates = await templatesInForce(client, templateSet);
  const promotional = templates.some((template) => template.promotional);
  if (promotional && !leavesTimeForAdvertising(policy)) {
    throw new PermanentError(
      "no-time-for-advertising",
      `templates of "${templateSet}" carry advertising, and the policy's quiet hours leave only the night, when none may be sent`,
    );
  }
  return { templateIds: templates.map(({ id }) => id), policy: policyForTemplates(policy, promotional) };
}
