import { writeFileSync } from "node:fs";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { sampleSentBill } from "../../database/run-ledger/sample-bill.ts";
import { renderBillPage } from "./rendered-bill.ts";
import { runSubcommand, type StageContext } from "./stage-context.ts";

/** Saves one bill as its member sees it, and returns it explained line by line. */
export async function explainBill(context: StageContext, address: GenerationAddress): Promise<string> {
  const { client, folder, secrets } = context;
  const bill = await sampleSentBill(client, address);
  if (bill === null) return "no bill was sent by e-mail";
  writeFileSync(folder.renderedBill, await renderBillPage(client, address, bill, secrets));
  const explain = ["explain", "--bill", String(bill.billId), "--locale", "en"];
  // What was settled and delivered is sound or not, whether or not it can be explained.
  return await runSubcommand(context, "", explain).catch(
    (error: unknown) => `bill ${bill.billId} could not be explained: ${(error as Error).message}`,
  );
}
