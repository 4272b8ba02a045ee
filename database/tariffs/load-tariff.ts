import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";

/** A recorded tariff; `document` is the file's exact text. */
export interface StoredTariff {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly document: string;
}

/** A tariff by the number of its row, or by `name@version`. */
export type TariffReference = { readonly id: number } | { readonly name: string; readonly version: string };

/** Splits `name@version`; throws PermanentError `bad-tariff-reference` when the text is anything else. */
export function parseTariffReference(text: string): { readonly name: string; readonly version: string } {
  const at = text.indexOf("@");
  if (at < 1 || at === text.length - 1) {
    throw new PermanentError(
      "bad-tariff-reference",
      `"${text}" does not name a tariff; write name@version, e.g. kr-mobile@2026-07`,
    );
  }
  return { name: text.slice(0, at), version: text.slice(at + 1) };
}

/** The recorded tariff; throws PermanentError `unknown-tariff`, which says what to do, when it was never recorded. */
export async function loadTariff(client: Queryable, reference: TariffReference): Promise<StoredTariff> {
  const { rows } =
    "id" in reference
      ? await client.query<StoredTariff>("select id, name, version, document from tariffs where id = $1", [
          reference.id,
        ])
      : await client.query<StoredTariff>(
          "select id, name, version, document from tariffs where name = $1 and version = $2",
          [reference.name, reference.version],
        );
  const [tariff] = rows;
  if (tariff !== undefined) return tariff;
  const wanted =
    "id" in reference ? `number ${String(reference.id)}` : `${reference.name}@${reference.version}`;
  throw new PermanentError(
    "unknown-tariff",
    `tariff ${wanted} is not recorded; record its file first: billing-operator tariff record FILE`,
  );
}
