import type { Command } from "commander";
import { z } from "zod";
import type { Channel } from "../notification/channel.ts";
import { CHANNEL_REGISTRY } from "../notification/channels/registry.ts";
import type { BillView } from "../notification/templates/bill-view.ts";
import { letterheadOf } from "../notification/templates/letterhead.ts";
import { loadConfig } from "../platform/config.ts";
import { billViewOf } from "./bill-view.ts";
import { hasContact, openContact } from "./contact.ts";
import type { ClaimedMessage } from "./pipeline/claimed-message.ts";
import { consumerVariables, type ConsumerConfig } from "./pipeline/config.ts";
import { runConsumer } from "./pipeline/start.ts";
import {
  providersOf,
  requireProviders,
  type ProviderChoiceVariables,
  type ProviderConfig,
} from "./providers/provider-list.ts";
import type { ProviderVariables } from "./gateway/gateway-variables.ts";
import type { MessageSender } from "./sender.ts";

/** A channel, as its folder describes it: what its messages say, and who sends them. */
export interface SendingChannel<Variables extends z.ZodRawShape & ProviderVariables, Content> {
  /** Its entry in `notification/channels/registry.ts`. */
  readonly name: Channel;
  /** Variables besides those of every consumer. */
  readonly variables: Variables;
  /** What the member is told of a bill. Throws PermanentError when this one can never be told. */
  readonly content: (view: BillView, message: ClaimedMessage) => Content;
  readonly createSender: (
    config: ConsumerConfig & z.output<z.ZodObject<Variables>>,
    provider: ProviderConfig,
  ) => MessageSender<Content>;
}

/** The subcommand of a channel: sends bills over it until it is told to stop. */
export function defineChannel<Variables extends z.ZodRawShape & ProviderVariables, Content>(
  channel: SendingChannel<Variables, Content>,
): (command: Command) => void {
  return (command) => {
    command.action(() => run(channel));
  };
}

async function run<Variables extends z.ZodRawShape & ProviderVariables, Content>({
  name,
  variables,
  content,
  createSender,
}: SendingChannel<Variables, Content>): Promise<void> {
  const schema = requireProviders(z.object({ ...consumerVariables, ...variables }));
  const common = loadConfig(schema) as ConsumerConfig & z.output<z.ZodObject<Variables>>;
  const providers = providersOf(common as unknown as ProviderChoiceVariables);
  const letterhead = letterheadOf(common);
  const { contact } = CHANNEL_REGISTRY[name];
  await runConsumer(name, common, providers, (cipher) => ({
    hasContact: ({ bill }) => hasContact(bill, contact),
    compose: (message) => ({
      to: openContact(message.bill, contact, cipher),
      content: content(billViewOf(message, cipher, letterhead), message),
    }),
    senders: new Map(providers.map((provider) => [provider.name, createSender(common, provider)] as const)),
  }));
}
