import { recordBuiltInTemplates } from "../../desk/templates/built-in-templates.ts";
import { inTransactionOn, type Client } from "../../platform/postgres.ts";
import type { JobContext } from "../run-job.ts";

/** A connection to a database that has the program's own texts. */
export async function openTemplates(job: JobContext): Promise<Client> {
  const client = await job.connect();
  await inTransactionOn(client, () => recordBuiltInTemplates(client));
  return client;
}
