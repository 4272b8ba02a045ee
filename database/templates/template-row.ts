import type { Locale } from "../../notification/templates/locale.ts";
import type { TemplateChannel, TemplateVersion } from "../../notification/templates/template-parts.ts";

/** What has versions: the texts of one channel in one language, within a set. */
export interface TemplateName {
  readonly set: string;
  readonly channel: TemplateChannel;
  readonly locale: Locale;
}

/** A version as it stands in the table. */
export interface TemplateRow extends TemplateVersion, TemplateName {
  readonly id: number;
  readonly state: "draft" | "published";
  /** Whether it is a text of the program itself. */
  readonly builtIn: boolean;
  readonly note: string;
  readonly savedBy: string;
  readonly savedAt: Date;
  readonly publishedBy: string | null;
  readonly publishedAt: Date | null;
}

/** The columns of a `TemplateRow`, of a table that is called `t`. */
export const templateColumns = `t.id, t.set_name as "set", t.channel, t.locale, t.version, t.state, t.promotional, t.parts,
  t.built_in as "builtIn", t.note, t.saved_by as "savedBy", t.saved_at as "savedAt", t.published_by as "publishedBy",
  t.published_at as "publishedAt"`;

/** `default/email/ko`. */
export function nameText({ set, channel, locale }: TemplateName): string {
  return `${set}/${channel}/${locale}`;
}
