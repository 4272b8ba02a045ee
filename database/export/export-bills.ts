import type { Readable } from "node:stream";
import { type Client, copyOut } from "../../platform/postgres.ts";
import { generationScope } from "../proof/scope.ts";
import { type ExportScope, generationSource, majorUnits } from "./scope.ts";

/**
 * The bills of a generation as CSV with a header, in the order of account numbers. The leaves are merged by their keys, so neither end holds
 * more than some rows.
 */
export function exportBills(client: Client, scope: ExportScope): Readable {
  return copyOut(
    client,
    `copy (
       select g.period, b.generation, b.account_id as account, b.bill_id,
         coalesce((select c.state from bill_state_changes c
                   where c.bill_id = b.bill_id and c.generation = b.generation order by c.id desc limit 1),
                  b.state) as state,
         g.tariff, g.version as tariff_version, b.item_count as items, g.currency,
         ${majorUnits("b.taxable_minor", scope)} as taxable, ${majorUnits("b.tax_minor", scope)} as tax,
         ${majorUnits("b.total_minor", scope)} as total,
         b.taxable_minor, b.tax_minor, b.total_minor
       from bills b cross join ${generationSource(scope)}
       where ${generationScope("b", scope)}
       order by b.bill_id
     ) to stdout (format csv, header)`,
  );
}
