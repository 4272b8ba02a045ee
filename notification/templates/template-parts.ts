import type { Locale } from "./locale.ts";

/** The parts of a message by the channel that has texts of its own, as they are named in a template file. */
export const PARTS_OF_CHANNEL = {
  email: ["subject", "html", "text"],
  sms: ["text"],
  push: ["title", "text"],
} as const;

/** A channel whose messages have texts of their own. */
export type TemplateChannel = keyof typeof PARTS_OF_CHANNEL;

/** Every such channel. */
export const TEMPLATE_CHANNELS = Object.keys(PARTS_OF_CHANNEL) as readonly TemplateChannel[];

/** The name of a part within its channel. */
export type PartName<C extends TemplateChannel = TemplateChannel> = (typeof PARTS_OF_CHANNEL)[C][number];

/** One part of a message: `bill-email.subject`. */
export type TemplatePart = { [C in TemplateChannel]: `bill-${C}.${PartName<C>}` }[TemplateChannel];

/** The parts of all messages in one language. */
export const TEMPLATE_PARTS: readonly TemplatePart[] = TEMPLATE_CHANNELS.flatMap((channel) =>
  partsOf(channel).map((name) => partOf(channel, name)),
);

/** A version of the texts of one channel in one language; what it says never changes. */
export interface TemplateVersion {
  readonly channel: TemplateChannel;
  readonly locale: Locale;
  readonly version: number;
  /** Whether it carries advertising, which the law allows at other hours than a bill and only under a mark. */
  readonly promotional: boolean;
  /** By part name, all of the channel's. */
  readonly parts: Readonly<Record<string, string>>;
}

/** Names of a channel's parts, in their order. */
export function partsOf(channel: TemplateChannel): readonly PartName[] {
  return PARTS_OF_CHANNEL[channel];
}

/** The part of a channel by its name. */
export function partOf(channel: TemplateChannel, name: PartName): TemplatePart {
  return `bill-${channel}.${name}` as TemplatePart;
}
