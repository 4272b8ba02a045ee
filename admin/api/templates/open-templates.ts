import { recordBuiltInTemplates } from "../../../desk/templates/built-in-templates.ts";
import { inTransaction, type Pool } from "../../../platform/postgres.ts";

const opened = new WeakMap<Pool, Promise<void>>();

/** Makes sure, once a process, that the program's own texts stand among the versions, as the command line does. */
export async function openTemplates(pool: Pool): Promise<void> {
  const opening = opened.get(pool) ?? inTransaction(pool, (client) => recordBuiltInTemplates(client));
  opened.set(pool, opening);
  try {
    await opening;
  } catch (error) {
    opened.delete(pool);
    throw error;
  }
}
