import { migrate } from "../../database/migrate.ts";
import type { StageProgress } from "./progress.ts";
import { runSubcommand, type StageContext } from "./stage-context.ts";
import { tariffFile } from "./tariff-file.ts";

/** The schema, the reference tariff, members and their usage. */
export async function loadMonth(context: StageContext): Promise<void> {
  const { clock, options, servers } = context;
  await clock.run("migrate", "migrations", async () => {
    const applied = await migrate(servers.postgres.url);
    await runSubcommand(context, "billing_settlement", ["tariff", "record", tariffFile]);
    return { count: applied.length, result: undefined };
  });
  await clock.run("generate", "members", async (progress) => {
    const { members, period, seed } = options;
    const args = ["--members", String(members), "--period", period, "--seed", String(seed)];
    // As the owner: it sets sequences and gathers statistics, which no role of the running system may.
    await runSubcommand(context, "", ["generate", ...args], (line) => {
      showGenerated(progress, line, members);
    });
    return { count: members, result: undefined };
  });
}

/** `generate: 2000 members loaded after 0.3 s`. */
function showGenerated(progress: StageProgress, line: string, members: number): void {
  const [, count, unit] = /(\d+) (members|usage records) loaded/.exec(line) ?? [];
  if (unit === "members") progress.update(Number(count), members);
  else if (count !== undefined) progress.update(members, members, `${count} usage records`);
}
