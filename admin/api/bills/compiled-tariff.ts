import { compileDocument } from "../../../billing/tariff/compile-document.ts";
import type { CompiledTariff } from "../../../billing/tariff/compiled.ts";
import { loadTariff } from "../../../database/tariffs/load-tariff.ts";
import type { Queryable } from "../../../platform/postgres.ts";
import { conflict } from "../../http/problem.ts";

/** A recorded tariff, ready for a month. */
export interface MonthTariff {
  /** `name@version`. */
  readonly name: string;
  readonly compiled: CompiledTariff;
}

/** Five years of months; a tariff's text never changes, and reading one takes longer than all else of a request. */
const kept = 60;
const known = new Map<string, CompiledTariff>();

/** The tariff that a generation was computed by; 409 when this version of the program cannot use it any more. */
export async function monthTariff(client: Queryable, period: string, tariffId: number): Promise<MonthTariff> {
  const { name, version, document } = await loadTariff(client, { id: tariffId });
  const key = `${period} ${document}`;
  const found = known.get(key);
  const full = `${name}@${version}`;
  if (found !== undefined) return { name: full, compiled: found };
  const outcome = compileDocument(document, full, period);
  if (outcome.kind !== "compiled") throw conflict(outcome.kind, outcome.message);
  if (known.size >= kept) known.clear();
  known.set(key, outcome.tariff);
  return { name: full, compiled: outcome.tariff };
}
