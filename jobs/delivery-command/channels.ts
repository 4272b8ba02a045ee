import { Argument, type Command } from "commander";
import { setChannelPaused } from "../../database/commands/set-channel-paused.ts";
import { CHANNELS, type Channel } from "../../notification/channel.ts";
import { loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import type { Client } from "../../platform/postgres.ts";
import { runJob } from "../run-job.ts";
import { giveCommand, type GivenCommand } from "./give-command.ts";
import { deliveryVariables, requiredReason, withCommand, type CommandOptions } from "./options.ts";

interface PauseAnswer {
  readonly channel: Channel;
  readonly changed: boolean;
}

/** `pause` and `resume`: stop a channel, and open it again. */
export function defineChannels(delivery: Command): void {
  for (const kind of ["pause", "resume"] as const) {
    withCommand(delivery.command(kind))
      .description(
        kind === "pause" ? "send nothing more over a channel; needs --reason" : "send over it again",
      )
      .addArgument(new Argument("<channel>").choices([...CHANNELS]))
      .action(async (channel: Channel, options: CommandOptions) => {
        await runJob(
          {
            name: `delivery-${kind}`,
            config: loadConfig(deliveryVariables),
            onPermanent: ExitCode.jobHopeless,
            batch: null,
          },
          (job) => {
            if (kind === "pause") requiredReason(options);
            return giveCommand(job, options, pauseCommand(kind, channel, options));
          },
        );
      });
  }
}

function pauseCommand(
  kind: "pause" | "resume",
  channel: Channel,
  { reason, as: actor }: CommandOptions,
): GivenCommand<PauseAnswer> {
  const paused = kind === "pause";
  const effect = async (client: Client) => {
    const changed = await setChannelPaused(client, { channel, paused, actor, reason });
    return { state: "done", answer: { channel, changed } } as const;
  };
  return {
    kind,
    body: { channel },
    effect,
    foresee: () => Promise.resolve({ state: "done", answer: { channel, changed: true } }),
    describe: ({ changed }) => [changed ? `${channel}: ${kind}d` : `${channel}: ${kind}d before`],
  };
}
