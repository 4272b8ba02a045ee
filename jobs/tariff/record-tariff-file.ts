import { ensureItemCodes, ensureMeters } from "../../database/tariffs/dictionary.ts";
import { recordTariff } from "../../database/tariffs/record-tariff.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { itemCodesOf } from "./item-codes-of.ts";
import type { TariffFile } from "./read-tariff-files.ts";

/**
 * Records one checked tariff with its meters and item codes, in the caller's transaction, and says what happened. Throws
 * PermanentError `tariff-differs` when the version stands with other bytes.
 */
export async function recordTariffFile(
  client: Queryable,
  { file, document, tariff }: TariffFile,
): Promise<string> {
  const name = `${tariff.tariff}@${tariff.version}`;
  const { outcome } = await recordTariff(client, {
    name: tariff.tariff,
    version: tariff.version,
    currency: tariff.currency,
    document,
  });
  if (outcome === "differs") {
    throw new PermanentError(
      "tariff-differs",
      `${file}: ${name} is recorded already with other contents, and bills may refer to it; ` +
        `give the changed tariff a new version, then record that`,
    );
  }
  if (outcome === "unchanged") return `${name} is recorded already, nothing to do`;
  await ensureMeters(
    client,
    tariff.meters.map((meter) => meter.code),
  );
  await ensureItemCodes(client, itemCodesOf(tariff));
  return `recorded ${name}`;
}
