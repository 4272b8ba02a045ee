import type { Readable } from "node:stream";
import { type Client, copyOut } from "../../platform/postgres.ts";
import { generationScope } from "../proof/scope.ts";
import { type ExportScope, generationSource, majorUnits } from "./scope.ts";

/**
 * The bill items of a generation as CSV with a header, in the order of account numbers and lines. The leaves are merged by their keys, so
 * neither end holds more than some rows.
 */
export function exportItems(client: Client, scope: ExportScope): Readable {
  return copyOut(
    client,
    `copy (
       select g.period, i.generation, i.bill_id % 10000000000 as account, i.bill_id, i.line, c.code,
         trim_scale(i.quantity_milli::numeric / 1000) as quantity, trim_scale(i.rate_micro::numeric / 1000000) as rate,
         g.currency, ${majorUnits("i.amount_minor", scope)} as amount, i.amount_minor,
         g.tariff, g.version as tariff_version
       from bill_items i cross join ${generationSource(scope)}
       join item_codes c on c.id = i.code_id
       where ${generationScope("i", scope)}
       order by i.bill_id, i.line
     ) to stdout (format csv, header)`,
  );
}
