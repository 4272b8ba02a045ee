import type { Queryable } from "../../platform/postgres.ts";
import type { NewRunRecord } from "./run-record.ts";

/** What came of writing what a command ordered. */
export type OrderedWrite =
  /** By this command, now or by an earlier try. */
  | "written"
  /** Somebody else's change came between decision and write, or the name is taken. */
  | "overtaken"
  | "unknown-tariff";

/** So many commands a run remembers: a try that comes again later than that finds the spec changed, and writes nothing. */
const remembered = 20;

/** Records a run for a command, once, however often it is tried. */
export async function recordOrderedRun(
  client: Queryable,
  run: NewRunRecord,
  commandId: string,
): Promise<OrderedWrite> {
  const { rowCount } = await client.query(
    `insert into bill_runs (id, name, period, tariff_id, spec)
     select $1, $2, ($3 || '-01')::date, t.id,
            jsonb_build_object('generation', 1, 'spec', $4::jsonb, 'commands', jsonb_build_array($7::text))
       from tariffs t where t.name = $5 and t.version = $6
     on conflict (name) do nothing`,
    [run.id, run.name, run.period, JSON.stringify(run.spec), run.tariff.name, run.tariff.version, commandId],
  );
  if (rowCount === 1) return "written";
  const former = await ordersOf(client, run.name);
  if (former === null) return "unknown-tariff";
  return former.includes(commandId) ? "written" : "overtaken";
}

/** Writes a spec for a command if it is still the generation that the command was decided by; once, however often tried. */
export async function changeOrderedSpec(
  client: Queryable,
  run: { readonly name: string; readonly id: string; readonly specGeneration: number },
  spec: object,
  commandId: string,
): Promise<OrderedWrite> {
  const { rowCount } = await client.query(
    `update bill_runs set spec = jsonb_build_object('generation', $3::int + 1, 'spec', $4::jsonb, 'commands',
       (select jsonb_agg(id order by place) from (
          select id, place from jsonb_array_elements_text(coalesce(spec -> 'commands', '[]') || to_jsonb($5::text))
            with ordinality as all_ids (id, place) order by place desc limit ${remembered}
        ) latest))
      where name = $1 and id = $2 and (spec ->> 'generation')::int = $3`,
    [run.name, run.id, run.specGeneration, JSON.stringify(spec), commandId],
  );
  if (rowCount === 1) return "written";
  return (await ordersOf(client, run.name))?.includes(commandId) === true ? "written" : "overtaken";
}

async function ordersOf(client: Queryable, name: string): Promise<readonly string[] | null> {
  const { rows } = await client.query<{ commands: readonly string[] | null }>(
    "select spec -> 'commands' as commands from bill_runs where name = $1",
    [name],
  );
  return rows[0] === undefined ? null : (rows[0].commands ?? []);
}
