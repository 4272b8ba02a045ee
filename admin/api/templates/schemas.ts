import { z } from "zod";
import { LOCALES } from "../../../notification/templates/locale.ts";
import { TEMPLATE_CHANNELS } from "../../../notification/templates/template-parts.ts";
import { idParameter, period } from "../fields.ts";

const set = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "must be small letters, digits and hyphens");

/** `/templates/{set}/{channel}/{locale}` */
export const nameParams = z.object({
  set,
  channel: z.enum(TEMPLATE_CHANNELS),
  locale: z.enum(LOCALES),
});

const versionWish = z
  .union([z.enum(["draft", "published"]), z.coerce.number().int().min(1).max(32_767)])
  .describe("A number, `draft` or `published`");

/** `…/versions/{version}` */
export const versionParams = nameParams.extend({ version: versionWish });

/** `GET /templates` */
export const templatesQuery = z.object({ set: set.optional() });
export const listedTemplates = z
  .object({
    templates: z.array(
      z.object({
        set: z.string(),
        channel: z.string(),
        locale: z.string(),
        published: z.int().nullable().describe("Version in force; null = none yet"),
        publishedAt: z.iso.datetime().nullable(),
        promotional: z.boolean().nullable(),
        builtIn: z.boolean().nullable(),
        draft: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: "Templates" });

const versionFields = {
  version: z.int(),
  state: z.enum(["draft", "published"]),
  promotional: z.boolean(),
  builtIn: z.boolean(),
  note: z.string(),
  savedBy: z.string(),
  savedAt: z.iso.datetime(),
  publishedBy: z.string().nullable(),
  publishedAt: z.iso.datetime().nullable(),
};

/** `GET …/versions`, the newest first, without their texts. */
export const versions = z
  .object({ versions: z.array(z.object(versionFields)) })
  .meta({ id: "TemplateVersions" });

/** `GET …/versions/{version}` */
export const templateVersion = z
  .object({
    ...{ set: z.string(), channel: z.string(), locale: z.string() },
    ...versionFields,
    parts: z.record(z.string(), z.string()).describe("LiquidJS texts by name: subject, html, text, title"),
  })
  .meta({ id: "TemplateVersion" });

/** `GET …/diff?from=&to=` */
export const diffQuery = z.object({
  from: versionWish.default("published"),
  to: versionWish.default("draft"),
});
export const templateDiff = z
  .object({
    from: z.int(),
    to: z.int(),
    lines: z.array(z.string()).describe("` ` the same, `-` only before, `+` only after"),
  })
  .meta({ id: "TemplateDiff" });

const parts = z.record(z.string().max(32), z.string().max(200_000));

const trial = {
  period: period.optional().describe("Month whose live bills to try it on [the newest]"),
  bills: z.int().min(0).max(1_000).default(200).describe("How many, besides those at the edges; 0 = none"),
  seed: z.int().min(0).max(2_147_483_647).default(1).describe("Chooses the bills"),
};

/** `POST …/validate`: checks and tries a text, saves nothing. */
export const validateBody = z
  .strictObject({ promotional: z.boolean().default(false), parts, ...trial })
  .meta({ id: "TemplateTrial" });
export const templateProblem = z
  .object({
    severity: z.enum(["problem", "warning"]),
    part: z.string().nullable(),
    line: z.int().nullable(),
    column: z.int().nullable(),
    message: z.string(),
    billId: z.int().nullable().describe("The first real bill that shows it"),
    bills: z.int().describe("How many real bills show it"),
  })
  .meta({ id: "TemplateProblem" });
export const judgement = z
  .object({
    sound: z.boolean(),
    problems: z.array(templateProblem),
    triedOn: z.object({ period: z.string(), generation: z.int(), bills: z.int() }).nullable(),
  })
  .meta({ id: "TemplateJudgement" });

/** `PUT …/draft`: checked and tried first; a problem refuses it with 400, its errors by part and line. */
export const saveBody = z
  .strictObject({
    promotional: z.boolean().default(false),
    parts,
    note: z.string().max(500).default("").describe("What is different"),
    ...trial,
  })
  .meta({ id: "TemplateDraft" });
export const savedDraft = z
  .object({ version: z.int(), warnings: z.array(templateProblem) })
  .meta({ id: "SavedTemplate" });

/** `POST …/publish`, by somebody who did not save it. */
export const publishBody = z
  .strictObject({
    version: z.int().min(1).describe("The draft that was looked at"),
    savedAt: z.iso
      .datetime({ offset: true })
      .describe("Of the draft that was looked at: one saved since is refused"),
    ...trial,
  })
  .meta({ id: "TemplatePublication" });
export const publishedTemplate = z.object({ version: z.int() }).meta({ id: "PublishedTemplate" });

/** `GET …/versions/{version}/preview`: the message of a bill, name and number masked. */
export const previewQuery = z.object({
  bill: idParameter.optional().describe("A bill of a live generation [a made-up one]"),
  correcting: z
    .string()
    .regex(/^\d{1,15}$/, "must be an amount in minor units")
    .transform(Number)
    .optional()
    .describe("As the correction of this amount, in minor units"),
});
export const preview = z
  .object({
    subject: z.string().nullable(),
    title: z.string().nullable(),
    text: z.string(),
    htmlPage: z.string().nullable().describe("Address of the HTML, for a sandboxed frame"),
    sms: z
      .object({
        eucKrBytes: z.int(),
        sentAs: z.string(),
        alphabet: z.string(),
        units: z.int(),
        segments: z.int(),
      })
      .nullable(),
  })
  .meta({ id: "TemplatePreview" });
// `GET …/versions/{version}/preview.html` answers text/html under a Content-Security-Policy of its own.
