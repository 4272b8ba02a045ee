import type { GenerationAddress } from "../../database/generations/address.ts";
import { loadGeneration } from "../../database/generations/load-generation.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { checkGeneration } from "../../jobs/verify/checks.ts";
import { gatherEvidence } from "../../jobs/verify/gather-evidence.ts";
import { runDigest } from "../../jobs/verify/run-digest.ts";
import { loadRunTariff } from "../../jobs/run-tariff.ts";
import type { Queryable } from "../../platform/postgres.ts";

/**
 * The proof of a generation drawn once more, after everything that delivery did: each check of `verify`, and that the
 * digest which was approved is still the digest of what stands in the tables.
 */
export async function settlementInvariants(
  client: Queryable,
  address: GenerationAddress,
): Promise<Invariant[]> {
  const generation = await loadGeneration(client, address);
  if (generation === null) return [{ name: "generation-exists", holds: false, detail: "there is none" }];
  const tariff = await loadRunTariff(client, address.period, { id: generation.tariffId });
  const evidence = await gatherEvidence(client, address, generation, { tariff, sampleSize: 1_000 });
  const digest = runDigest(
    address.period,
    `${tariff.stored.name}@${tariff.stored.version}`,
    evidence.facts.map((fact) => fact.digest),
  ).toString("hex");
  const approved = generation.digest?.toString("hex") ?? "none";
  return [
    ...checkGeneration(evidence),
    {
      name: "digests-chain-to-the-run",
      holds: digest === approved,
      detail: `${evidence.facts.length} partition digests chain to ${digest.slice(0, 16)}…, approved was ${approved.slice(0, 16)}…`,
    },
  ];
}
