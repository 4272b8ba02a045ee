import { writeFile } from "node:fs/promises";
import { InvalidArgumentError, type Command } from "commander";
import { billIdRange } from "../../database/bills/leaf.ts";
import type { TemplateName } from "../../database/templates/template-row.ts";
import { previewView } from "../../desk/templates/preview-view.ts";
import type { WantedVersion } from "../../desk/templates/stored-template.ts";
import type { BillView } from "../../notification/templates/bill-view.ts";
import { koreanLength } from "../../notification/templates/korean-sms.ts";
import { letterheadOf } from "../../notification/templates/letterhead.ts";
import { draftTemplates } from "../../notification/templates/pinned-templates.ts";
import { renderBill } from "../../notification/templates/render-bill.ts";
import { smsLength } from "../../notification/templates/sms-length.ts";
import type { TemplateDraft } from "../../notification/templates/template-problem.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { parseWholeNumber } from "../job-options.ts";
import { runJob, type JobContext } from "../run-job.ts";
import { nameOf, templateConfig, versionOption, withName } from "./options.ts";
import { openTemplates } from "./open-templates.ts";
import { templateFromDatabase, templateFromFile } from "./template-source.ts";

type PreviewOptions = TemplateName & {
  readonly version?: WantedVersion;
  readonly bill?: number;
  readonly html?: string;
  readonly correcting?: number;
};

/** `preview [FILE]`: the message of one bill as its member would get it, with a masked name and number. */
export function definePreview(template: Command): void {
  withName(template.command("preview"))
    .description("print the message of a bill, with name and number masked")
    .argument("[file]")
    .addOption(versionOption("--version", "without a file, which [the draft, or what is in force]"))
    .option("--bill <number>", "a bill of a live generation [a made-up one]", parseBillId)
    .option("--correcting <minor>", "as the correction of this amount, in minor units", parseWholeNumber(0))
    .option("--html <file>", "write the HTML of an e-mail there")
    .action(async (file: string | undefined, options: PreviewOptions) => {
      const config = templateConfig();
      await runJob(
        { name: "template-preview", config, onPermanent: ExitCode.badConfig, batch: null },
        async (job) => {
          const client = await openTemplates(job);
          const name = nameOf(options);
          const { draft } =
            file === undefined
              ? await templateFromDatabase(client, name, options.version)
              : await templateFromFile(file, name);
          const { locale, bill: billId = null, correcting: toldMinor = null } = options;
          const view = await previewView(client, { locale, billId, toldMinor }, letterheadOf(config));
          await show(job, draft, view, options.html ?? null);
          return ExitCode.done;
        },
      );
    });
}

async function show(
  job: JobContext,
  draft: TemplateDraft,
  view: BillView,
  html: string | null,
): Promise<void> {
  const { channel, locale } = draft;
  const templates = draftTemplates(draft);
  switch (channel) {
    case "email": {
      const mail = renderBill(channel, locale, view, templates);
      job.print(`Subject: ${mail.subject}\n\n${mail.text}`);
      if (html !== null) await writeFile(html, mail.html);
      break;
    }
    case "sms": {
      const { text } = renderBill(channel, locale, view, templates);
      const { bytes, sentAs } = koreanLength(text);
      const { alphabet, units, segments } = smsLength(text);
      job.print(text);
      job.print(`${bytes} bytes of EUC-KR: ${sentAs}; ${units} units of ${alphabet}: ${segments} segments`);
      break;
    }
    case "push": {
      const { title, text } = renderBill(channel, locale, view, templates);
      job.print(`${title}\n${text}`);
    }
  }
}

function parseBillId(text: string): number {
  const billId = Number(text);
  const month = `${text.slice(0, 4)}-${text.slice(4, 6)}`;
  if (/^\d{16}$/.test(text) && /-(0[1-9]|1[0-2])$/.test(month) && billId > billIdRange(month).from)
    return billId;
  throw new InvalidArgumentError("must be a bill's number, of 16 digits");
}
