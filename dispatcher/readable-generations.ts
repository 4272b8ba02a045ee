import { openGenerations, type OpenGeneration } from "../database/notifications/open-generations.ts";
import { readPolicy } from "../notification/read-policy.ts";
import type { Logger } from "../platform/logger.ts";
import type { Queryable } from "../platform/postgres.ts";

/**
 * Reads the open generations, without those whose policy this program cannot read: one that a newer program promoted is left
 * to it, and holds up nobody else's messages. Each is told of once in the log.
 */
export function createGenerationReader(
  client: Queryable,
  logger: Pick<Logger, "error">,
): () => Promise<readonly OpenGeneration[]> {
  const told = new Set<string>();
  return async () => {
    const open = await openGenerations(client);
    return open.filter(({ period, generation, notificationPolicy }) => {
      const reading = readPolicy(notificationPolicy ?? {});
      if (reading.kind === "valid") return true;
      const name = `${period}/${generation}`;
      if (!told.has(name)) {
        const { problems } = reading;
        logger.error(
          { period, generation, problems },
          "policy cannot be read: its messages are left to a newer dispatcher",
        );
      }
      told.add(name);
      return false;
    });
  };
}
