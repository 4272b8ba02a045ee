import type { Command } from "commander";
import { z } from "zod";
import { billingRunSpec, type BillingRunManifest } from "../../crds/billing-run.ts";
import { decide } from "../../controllers/billing-run/decide.ts";
import { storeNotificationPolicy } from "../../database/run-ledger/notification-policies.ts";
import { changeRunSpec } from "../../database/run-ledger/run-record.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import type { Pool } from "../../platform/postgres.ts";
import { driveRun, withPool, type DriveOptions } from "./drive-run.ts";
import { readManifestFile } from "./manifest-file.ts";
import { policyOfRun, requirePolicy, tellOfLostHours } from "./run-policy.ts";
import { readRun } from "./read-run.ts";
import { loadRunConfig, type RunConfig } from "./run-config.ts";
import { RunObserver } from "../../controllers/billing-run/run-observer.ts";
import { statusText } from "./status-text.ts";
import { storeRun } from "./store-run.ts";

interface DriveFlags {
  readonly untilPromoted?: boolean;
  readonly logs: string;
}

/** `local run | approve | retry | cancel | status`: a BillingRun's life cycle on one machine. */
export function defineRunCommands(local: Command): void {
  driving(
    local.command("run").description("run a BillingRun file to its end, or until it waits for a person"),
  )
    .requiredOption("-f, --file <run.yaml>", "BillingRun manifest, and the NotificationPolicy it refers to")
    .option(
      "--release-at <instant>",
      "messages leave from this instant on (RFC 3339), or `now`; changes until it has come",
    )
    .action((flags: DriveFlags & { readonly file: string; readonly releaseAt?: string }) =>
      act(async (pool, config) => {
        const manifests = readManifestFile(flags.file);
        if (manifests === null) return ExitCode.badConfig;
        for (const { name, spec } of manifests.policies) await storeNotificationPolicy(pool, name, spec);
        const run = await storeRun(pool, withReleaseAt(manifests.run, flags.releaseAt));
        await requirePolicy(pool, run);
        await tellOfLostHours(pool, run);
        return await driveRun(pool, run.metadata.name, config, driveOptions(flags));
      }),
    );
  driving(local.command("approve <name>").description("approve a result by its digest, and go on"))
    .requiredOption("--digest <hex>", "digest of the very result")
    .action((name: string, flags: DriveFlags & { readonly digest: string }) =>
      act((pool, config) => changeAndDrive(pool, name, { approvedDigest: flags.digest }, { config, flags })),
    );
  driving(local.command("retry <name>").description("try again what failed, keeping what is done")).action(
    (name: string, flags: DriveFlags) =>
      act(async (pool, config) => {
        const { spec } = await readRun(pool, name);
        const change = { retryGeneration: spec.retryGeneration + 1 };
        return await changeAndDrive(pool, name, change, { config, flags });
      }),
  );
  driving(local.command("cancel <name>").description("cancel a run, for good")).action(
    (name: string, flags: DriveFlags) =>
      act((pool, config) => changeAndDrive(pool, name, { cancel: true }, { config, flags })),
  );
  local
    .command("status <name>")
    .description("how a run stands, from the ledger")
    .action((name: string) => act((pool) => printStatus(pool, name)));
}

/** `--release-at` in the place of the file's; `now` is an instant that has come. */
function withReleaseAt(manifest: BillingRunManifest, text: string | undefined): BillingRunManifest {
  if (text === undefined) return manifest;
  const releaseAt = text === "now" ? new Date().toISOString() : text;
  const spec = { ...manifest.spec, dispatch: { ...manifest.spec.dispatch, releaseAt } };
  const changed = billingRunSpec.safeParse(spec);
  if (!changed.success) throw new PermanentError("bad-release-at", z.prettifyError(changed.error));
  return { ...manifest, spec: changed.data };
}

function driving(command: Command): Command {
  return command
    .option("--until-promoted", "return once the bills are live, without following the delivery")
    .option("--logs <folder>", "where the logs of its jobs go", ".local/runs");
}

function driveOptions({ untilPromoted, logs }: DriveFlags): DriveOptions {
  return { untilPromoted: untilPromoted === true, logFolder: logs };
}

async function act(work: (pool: Pool, config: RunConfig) => Promise<ExitCode>): Promise<void> {
  const config = loadRunConfig();
  try {
    process.exitCode = await withPool(config, (pool) => work(pool, config));
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = ExitCode.failed;
  }
}

async function changeAndDrive(
  pool: Pool,
  name: string,
  change: Readonly<Record<string, unknown>>,
  { config, flags }: { readonly config: RunConfig; readonly flags: DriveFlags },
): Promise<ExitCode> {
  const { spec } = await readRun(pool, name);
  const changed = billingRunSpec.safeParse({ ...spec, ...change });
  if (!changed.success) throw new PermanentError("bad-change", z.prettifyError(changed.error));
  await changeRunSpec(pool, name, change);
  return await driveRun(pool, name, config, driveOptions(flags));
}

async function printStatus(pool: Pool, name: string): Promise<ExitCode> {
  const run = await readRun(pool, name);
  const ledger = await new RunObserver(pool).observe(run);
  const policy = await policyOfRun(pool, run);
  // Without its jobs, which another process may run: where the ledger says it stands.
  const { status } = decide(run, { nowMs: Date.now(), ledger, admission: null, jobs: [], policy });
  process.stdout.write(`${statusText(status)}\n`);
  return ExitCode.done;
}
