import type { Command } from "commander";
import { listTemplates } from "../../database/templates/list-templates.ts";
import { loadVersions } from "../../database/templates/load-versions.ts";
import { nameText, type TemplateName, type TemplateRow } from "../../database/templates/template-row.ts";
import { storedTemplate, type WantedVersion } from "../../desk/templates/stored-template.ts";
import { writeTemplateFile } from "../../notification/templates/template-file.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { runJob } from "../run-job.ts";
import { lineDiff } from "../../notification/templates/line-diff.ts";
import { nameOf, templateConfig, versionOption, withName } from "./options.ts";
import { openTemplates } from "./open-templates.ts";

/** `list`, `show`, `history` and `diff`. */
export function defineLooks(template: Command): void {
  defineList(template.command("list"));
  withName(template.command("show"))
    .description("print a version as a file that `save` takes")
    .addOption(versionOption("--version", "which [the draft, or what is in force]"))
    .action(async (options: TemplateName & { readonly version?: WantedVersion }) => {
      await runJob(
        { name: "template-show", config: templateConfig(), onPermanent: ExitCode.badConfig, batch: null },
        async (job) => {
          const client = await openTemplates(job);
          const row = await storedTemplate(client, nameOf(options), options.version);
          job.print(fileOf(row).replace(/\n$/, ""));
          return ExitCode.done;
        },
      );
    });
  defineHistory(withName(template.command("history")));
  defineDiff(withName(template.command("diff")));
}

function defineList(command: Command): void {
  command
    .description("what there is, with the version in force and the draft")
    .option("--set <name>", "only this set")
    .action(async ({ set = null }: { readonly set?: string | null }) => {
      await runJob(
        { name: "template-list", config: templateConfig(), onPermanent: ExitCode.badConfig, batch: null },
        async (job) => {
          for (const listed of await listTemplates(await openTemplates(job), set)) {
            const { published, promotional, builtIn, draft } = listed;
            const words = [
              published === null ? "nothing in force" : `version ${published} in force`,
              ...(builtIn === true ? ["built in"] : []),
              ...(promotional === true ? ["promotional"] : []),
              ...(draft === null ? [] : [`draft ${draft}`]),
            ];
            job.print(`${nameText(listed).padEnd(20)} ${words.join(", ")}`);
          }
          return ExitCode.done;
        },
      );
    });
}

function defineHistory(command: Command): void {
  command.description("every version, the newest first").action(async (options: TemplateName) => {
    await runJob(
      { name: "template-history", config: templateConfig(), onPermanent: ExitCode.badConfig, batch: null },
      async (job) => {
        for (const row of await loadVersions(await openTemplates(job), nameOf(options)))
          job.print(historyLine(row));
        return ExitCode.done;
      },
    );
  });
}

function historyLine(row: TemplateRow): string {
  const published =
    row.publishedAt === null
      ? "draft"
      : `published ${row.publishedAt.toISOString()} by ${row.publishedBy ?? ""}`;
  const words = [
    published,
    ...(row.promotional ? ["promotional"] : []),
    ...(row.note === "" ? [] : [row.note]),
  ];
  return `${row.version}  saved ${row.savedAt.toISOString()} by ${row.savedBy}, ${words.join(", ")}`;
}

function defineDiff(command: Command): void {
  command
    .description("what differs between two versions")
    .addOption(versionOption("--from", "the one before").default("published"))
    .addOption(versionOption("--to", "the one after").default("draft"))
    .action(async (options: TemplateName & { readonly from: WantedVersion; readonly to: WantedVersion }) => {
      await runJob(
        { name: "template-diff", config: templateConfig(), onPermanent: ExitCode.badConfig, batch: null },
        async (job) => {
          const client = await openTemplates(job);
          const before = await storedTemplate(client, nameOf(options), options.from);
          const after = await storedTemplate(client, nameOf(options), options.to);
          for (const line of lineDiff(fileOf(before), fileOf(after)))
            if (!line.startsWith(" ")) job.print(line);
          return ExitCode.done;
        },
      );
    });
}

function fileOf(row: TemplateRow): string {
  return writeTemplateFile(row.channel, row);
}
