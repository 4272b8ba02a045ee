import type { Command } from "commander";
import { onceDone, recordBatch, withoutMonth } from "../../database/generations/record-batch.ts";
import { saveDraft } from "../../database/templates/save-draft.ts";
import { nameText, type TemplateName } from "../../database/templates/template-row.ts";
import type { WantedVersion } from "../../desk/templates/stored-template.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { inTransactionOn } from "../../platform/postgres.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { judgeSource } from "./judge-source.ts";
import {
  nameOf,
  templateConfig,
  versionOption,
  withAuthor,
  withName,
  withTrial,
  type AuthorOptions,
  type TemplateConfig,
  type TrialOptions,
} from "./options.ts";
import { openTemplates } from "./open-templates.ts";
import { templateFromDatabase, templateFromFile } from "./template-source.ts";

const subject = withoutMonth("template-save");

type SaveOptions = TemplateName & TrialOptions & AuthorOptions;
type ValidateOptions = TemplateName & TrialOptions & { readonly version?: WantedVersion };

/** `save FILE` and `validate [FILE]`. Both tell every problem with its place and exit 78 when there is one. */
export function defineSave(template: Command): void {
  withAuthor(withTrial(withName(template.command("save"))))
    .description("check a file, try it on real bills, and save it as the draft")
    .argument("<file>")
    .option("--note <text>", "what is different", "")
    .action(async (file: string, options: SaveOptions) => {
      const config = templateConfig();
      await runJob(
        { name: "template-save", config, onPermanent: ExitCode.badConfig, batch: subject },
        (job) => save(job, file, options, config),
      );
    });
  withTrial(withName(template.command("validate")))
    .description("check a file, or a version, and try it on real bills")
    .argument("[file]")
    .addOption(versionOption("--version", "without a file, which [the draft, or what is in force]"))
    .action(async (file: string | undefined, options: ValidateOptions) => {
      const config = templateConfig();
      await runJob(
        { name: "template-validate", config, onPermanent: ExitCode.badConfig, batch: null },
        async (job) => {
          const client = await openTemplates(job);
          const name = nameOf(options);
          const source =
            file === undefined
              ? await templateFromDatabase(client, name, options.version)
              : await templateFromFile(file, name);
          const sound = await judgeSource(job, client, source, { trial: options, config });
          if (sound) job.print(`${source.name} is sound`);
          return sound ? ExitCode.done : ExitCode.badConfig;
        },
      );
    });
}

async function save(
  job: JobContext,
  file: string,
  options: SaveOptions,
  config: TemplateConfig,
): Promise<ExitCode> {
  const startedAt = new Date();
  const name = nameOf(options);
  const source = await templateFromFile(file, name);
  const client = await openTemplates(job);
  const sound = await judgeSource(job, client, source, { trial: options, config });
  if (!sound) {
    job.fails("unsound-template");
    job.complain("nothing was saved");
    return ExitCode.badConfig;
  }
  const { promotional, parts } = source.draft;
  const draft = { ...name, promotional, parts, note: options.note, savedBy: options.as };
  const version = await inTransactionOn(client, async () => {
    const saved = await saveDraft(client, draft);
    await recordBatch(client, { ...subject, ...onceDone, startedAt, detail: `${nameText(name)}@${saved}` });
    return saved;
  });
  job.print(`${nameText(name)}@${version} saved as the draft`);
  return ExitCode.done;
}
