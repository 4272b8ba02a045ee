import type { Command } from "commander";
import {
  armDelivery,
  foreseeArming,
  type ArmAnswer,
  type ArmOrder,
} from "../../database/arming/arm-delivery.ts";
import { holdDelivery } from "../../database/arming/hold-delivery.ts";
import { loadConfig } from "../../platform/config.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import type { Client } from "../../platform/postgres.ts";
import { runJob } from "../run-job.ts";
import { giveCommand, type GivenCommand } from "./give-command.ts";
import { deliveryVariables, requiredReason, withCommand, type CommandOptions } from "./options.ts";

interface ArmOptions extends CommandOptions {
  readonly trustFailover?: boolean;
}

interface HoldAnswer {
  readonly changed: boolean;
}

/** `hold` and `arm`: stop all delivery from this database, and let it go on where the database stands now. */
export function defineArming(delivery: Command): void {
  withCommand(delivery.command("hold"))
    .description("dispatch and claim nothing from this database until it is armed; needs --reason")
    .action((options: CommandOptions) =>
      runJob(
        {
          name: "delivery-hold",
          config: loadConfig(deliveryVariables),
          onPermanent: ExitCode.jobHopeless,
          batch: null,
        },
        (job) => {
          requiredReason(options);
          return giveCommand(job, options, holdCommand(options));
        },
      ),
    );
  withCommand(delivery.command("arm"))
    .description("let delivery go on from this database, on the server where it stands now; needs --reason")
    .option(
      "--trust-failover",
      "from now on also on a standby of it that was promoted: only with synchronous replication",
    )
    .action((options: ArmOptions) =>
      runJob(
        {
          name: "delivery-arm",
          config: loadConfig(deliveryVariables),
          onPermanent: ExitCode.jobHopeless,
          batch: null,
        },
        (job) => {
          requiredReason(options);
          return giveCommand(job, options, armCommand(options));
        },
      ),
    );
}

function holdCommand({ reason, as: by }: CommandOptions): GivenCommand<HoldAnswer> {
  return {
    kind: "hold",
    body: {},
    effect: async (client: Client) => {
      const changed = await holdDelivery(client, { cause: "by-order", by, reason });
      return { state: "done", answer: { changed } };
    },
    foresee: () => Promise.resolve({ state: "done", answer: { changed: true } }),
    describe: ({ changed }) => [changed ? "delivery is held" : "delivery was held before"],
  };
}

function armCommand({ reason, as: actor, trustFailover }: ArmOptions): GivenCommand<ArmAnswer> {
  const order: ArmOrder = { actor, reason, trustsFailover: trustFailover === true };
  return {
    kind: "arm",
    body: { trustsFailover: order.trustsFailover },
    effect: async (client) => ({ state: "done", answer: await armDelivery(client, order) }),
    foresee: async (client) => ({ state: "done", answer: await foreseeArming(client, order) }),
    describe: (answer) => [
      `${answer.was === null ? "armed before" : `was held: ${answer.was}`}; server ${answer.systemIdentifier}, timeline ${answer.timeline}`,
      `open messages: ${
        Object.entries(answer.open)
          .map(([state, count]) => `${count} ${state}`)
          .join(", ") || "none"
      }; ${answer.due} due by now`,
    ],
  };
}
