import type { GenerationAddress } from "../generations/address.ts";

/** What an export statement is built from. COPY takes no parameters: all of it is numbers, or has been checked. */
export interface ExportScope extends GenerationAddress {
  /** Decimals of the currency's minor unit. */
  readonly currencyExponent: number;
}

/** An amount in minor units as decimal text of the major unit: 1030 is `10.30` in USD. */
export function majorUnits(column: string, { currencyExponent }: ExportScope): string {
  return `round(${column}::numeric / ${10 ** currencyExponent}, ${currencyExponent})`;
}

/** The row of the generation with its tariff, as table `g`. */
export function generationSource(scope: ExportScope): string {
  return `(select to_char(g.period, 'YYYY-MM') as period, g.number, g.currency, t.name as tariff, t.version
           from generations g join tariffs t on t.id = g.tariff_id
           where g.period = '${scope.period}-01' and g.number = ${scope.generation}) g`;
}
