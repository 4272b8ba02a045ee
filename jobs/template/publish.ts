import type { Command } from "commander";
import { onceDone, recordBatch, withoutMonth } from "../../database/generations/record-batch.ts";
import { publishDraft } from "../../database/templates/publish-draft.ts";
import { nameText, type TemplateName } from "../../database/templates/template-row.ts";
import { storedTemplate } from "../../desk/templates/stored-template.ts";
import { PermanentError } from "../../platform/errors.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { inTransactionOn } from "../../platform/postgres.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { judgeSource } from "./judge-source.ts";
import {
  nameOf,
  templateConfig,
  withAuthor,
  withName,
  withTrial,
  type AuthorOptions,
  type TemplateConfig,
  type TrialOptions,
} from "./options.ts";
import { openTemplates } from "./open-templates.ts";

const subject = withoutMonth("template-publish");

type PublishOptions = TemplateName & TrialOptions & AuthorOptions;

/** `publish`: puts the draft in force for what is promoted from now on. */
export function definePublish(template: Command): void {
  withAuthor(withTrial(withName(template.command("publish"))))
    .description("put the draft in force, for bills promoted from now on")
    .action(async (options: PublishOptions) => {
      const config = templateConfig();
      await runJob(
        { name: "template-publish", config, onPermanent: ExitCode.badConfig, batch: subject },
        (job) => publish(job, options, config),
      );
    });
}

/** Judged again: the program and the bills may be others than when it was saved. */
async function publish(job: JobContext, options: PublishOptions, config: TemplateConfig): Promise<ExitCode> {
  const startedAt = new Date();
  const name = nameOf(options);
  const client = await openTemplates(job);
  const draft = await storedTemplate(client, name, "draft");
  const source = { draft, name: `${nameText(name)}@${draft.version}`, offsets: {} };
  const sound = await judgeSource(job, client, source, { trial: options, config });
  if (!sound) {
    job.fails("unsound-template");
    job.complain("nothing was published");
    return ExitCode.badConfig;
  }
  const publication = await inTransactionOn(client, async () => {
    const outcome = await publishDraft(client, { ...draft, publishedBy: options.as });
    if (outcome !== "stale")
      await recordBatch(client, { ...subject, ...onceDone, startedAt, detail: source.name });
    return outcome;
  });
  if (publication === "stale") {
    throw new PermanentError(
      "stale-draft",
      `${source.name} was changed meanwhile; look at it and publish again`,
    );
  }
  job.print(`${source.name} published: bills promoted from now on say it, others keep what they have`);
  return ExitCode.done;
}
