import type { BillingPeriod } from "../../billing/period.ts";
import { compileTariff } from "../../billing/tariff/compile.ts";
import { parseTariff } from "../../billing/tariff/parse.ts";
import { firstFilledTable } from "../../database/members/first-filled-table.ts";
import { ensureMeters } from "../../database/tariffs/dictionary.ts";
import { loadTariff, parseTariffReference } from "../../database/tariffs/load-tariff.ts";
import { PermanentError } from "../../platform/errors.ts";
import type { Queryable } from "../../platform/postgres.ts";
import { catalogueOf } from "./catalogue.ts";
import { midnightsMs } from "./midnights.ts";
import type { Scenario } from "./scenario.ts";

/** What a person asks for. */
export interface GenerateRequest {
  readonly members: number;
  /** Usage records a member, on average. */
  readonly usage: number;
  readonly period: BillingPeriod;
  readonly seed: number;
  /** `name@version` of a recorded tariff. */
  readonly tariff: string;
}

/** The scenario of a request against an empty database; throws PermanentErrors that say what to do. */
export async function scenarioFromDatabase(client: Queryable, request: GenerateRequest): Promise<Scenario> {
  const filled = await firstFilledTable(client);
  if (filled !== null) {
    throw new PermanentError(
      "not-empty",
      `table ${filled} holds rows already; generate fills an empty database only: drop this one, create and migrate a new one`,
    );
  }
  const stored = await loadTariff(client, parseTariffReference(request.tariff));
  const parsed = parseTariff(stored.document, request.tariff);
  if (!parsed.ok)
    throw new PermanentError("bad-tariff", `recorded tariff ${request.tariff} is not sound any more`);
  const tariff = compileTariff(parsed.tariff, request.period);
  const meterIds = await ensureMeters(
    client,
    tariff.meters.map((meter) => meter.code),
  );
  return {
    members: request.members,
    records: Math.round(request.members * request.usage),
    seed: request.seed,
    period: request.period,
    midnightsMs: midnightsMs(request.period, tariff.timeZone),
    catalogue: catalogueOf(tariff, meterIds),
  };
}
