import { billIdOf, testKeys } from "../support/bills.ts";
import { createColumnCipher } from "../../platform/encryption.ts";
import type { Client } from "../../platform/postgres.ts";
import type { GenerationAddress } from "../../database/generations/address.ts";
import { runProgram, type ProgramRun } from "../jobs/running.ts";

/** Makes the messages of these bills dead, with their letters, as a consumer leaves them. */
export async function giveUp(
  client: Client,
  { period, generation }: GenerationAddress,
  numbers: readonly number[],
  cause = "permanent",
): Promise<void> {
  const cipher = createColumnCipher(testKeys.ENCRYPTION_KEYS, testKeys.BLIND_INDEX_KEY);
  const ids = numbers.map((number) => billIdOf(period, number));
  const payloads = numbers.map((number, at) =>
    cipher.encrypt(JSON.stringify({ to: `m${number}@example.com`, content: { subject: "Your bill" } }), {
      ...{ table: "dead_letters", column: "payload", row: ids[at] ?? 0 },
    }),
  );
  await client.query(
    `with died as (
       update notifications n set state = 'DEAD', reason = $4, attempt = 3, seq = seq + 4, channel = 'sms'
         from unnest($1::bigint[]) as d(bill_id)
        where n.bill_id = d.bill_id and n.generation = $2
       returning n.bill_id, n.message_generation)
     insert into dead_letters (bill_id, generation, message_generation, channel, cause, detail, payload_encrypted)
     select bill_id, $2, message_generation, 'sms', $4, 'http-400', p.payload
       from died join unnest($1::bigint[], $3::bytea[]) as p(bill_id, payload) using (bill_id)
      order by bill_id`,
    [ids, generation, payloads, cause],
  );
}

/** Runs `delivery …` as the role of people, with JSON as its answer. */
export function delivery(
  url: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<ProgramRun> {
  return runProgram(["delivery", ...args, "-o", "json"], {
    DATABASE_URL: url,
    LOG_LEVEL: "info",
    ...variables,
  });
}

/** The JSON that a run printed. */
export function answerOf(run: ProgramRun): Record<string, unknown> {
  try {
    return JSON.parse(run.stdout) as Record<string, unknown>;
  } catch {
    throw new Error(`no answer: ${run.code} ${run.stdout} ${run.stderr}`);
  }
}
