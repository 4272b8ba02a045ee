import { publishDraft } from "../../../database/templates/publish-draft.ts";
import { saveDraft } from "../../../database/templates/save-draft.ts";
import { nameText } from "../../../database/templates/template-row.ts";
import { storedTemplate } from "../../../desk/templates/stored-template.ts";
import { commandRoute, readRoute, type Route } from "../../http/route.ts";
import { judged, requireSound } from "./judged.ts";
import { openTemplates } from "./open-templates.ts";
import {
  judgement,
  nameParams,
  publishBody,
  publishedTemplate,
  saveBody,
  savedDraft,
  validateBody,
} from "./schemas.ts";

const tag = "Templates";
const path = "/templates/{set}/{channel}/{locale}";

/** Trying, saving and publishing what messages say. */
export const templateChanges: readonly Route[] = [
  readRoute({
    path: `${path}/validate`,
    method: "post",
    role: "operator",
    tag,
    summary: "Check a text and try it on real bills; nothing is saved",
    params: nameParams,
    body: validateBody,
    answer: judgement,
    read: ({ params: { channel, locale }, body: { promotional, parts, ...trial } }, context) =>
      judged(context.pool, { channel, locale, promotional, parts }, trial, context),
  }),
  commandRoute({
    path: `${path}/draft`,
    method: "put",
    role: "operator",
    tag,
    summary: "Save a text as the draft, checked and tried on real bills",
    action: "template.save",
    params: nameParams,
    body: saveBody,
    answer: savedDraft,
    execute: async ({ params, body: { promotional, parts, note, ...trial } }, context) => {
      const { client, pool, actor } = context;
      await openTemplates(pool);
      const found = await judged(client, { ...params, promotional, parts }, trial, context);
      requireSound(found);
      const version = await saveDraft(client, { ...params, promotional, parts, note, savedBy: actor.name });
      return { state: "done", answer: { version, warnings: found.problems } };
    },
  }),
  commandRoute({
    path: `${path}/publish`,
    role: "approver",
    tag,
    summary: "Put the draft of somebody else in force, for bills promoted from now on",
    action: "template.publish",
    params: nameParams,
    body: publishBody,
    answer: publishedTemplate,
    execute: async ({ params, body: { version, savedAt, ...trial } }, context) => {
      const { client, actor } = context;
      const draft = await storedTemplate(client, params, "draft");
      const refuse = (code: string, why: string) => {
        return { state: "refused" as const, answer: { version: draft.version, code, why } };
      };
      const stale = `${nameText(params)} was changed meanwhile; look at it and publish again`;
      if (draft.version !== version || draft.savedAt.getTime() !== Date.parse(savedAt)) {
        return refuse("stale-draft", stale);
      }
      if (draft.savedBy === actor.name) {
        return refuse("own-draft", "who saves does not publish: ask somebody else");
      }
      // Judged again: the program and the bills may be others than when it was saved.
      requireSound(await judged(client, draft, trial, context));
      const publication = await publishDraft(client, { ...draft, publishedBy: actor.name });
      if (publication === "stale") return refuse("stale-draft", stale);
      return { state: "done", answer: { version } };
    },
  }),
];
