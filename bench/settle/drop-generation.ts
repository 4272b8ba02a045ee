import type { Client } from "../../platform/postgres.ts";

/** Drops the leaves of a generation and forgets it, so that every timed run starts from the same database. */
export async function dropGeneration(client: Client, period: string, generation: number): Promise<void> {
  const prefix = `_${period.replace("-", "_")}_g${generation}_p`;
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relname ~ $1",
    [`^bill(s|_items)${prefix}\\d+$`],
  );
  for (const { name } of rows) await client.query(`drop table ${name}`);
  const parameters = [`${period}-01`, generation];
  await client.query("delete from held_accounts where period = $1 and generation = $2", parameters);
  await client.query("delete from generation_partitions where period = $1 and generation = $2", parameters);
  await client.query("delete from generations where period = $1 and number = $2", parameters);
  await client.query("checkpoint");
}
