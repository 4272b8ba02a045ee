import { groupOfChannel } from "../../events/consumer-groups.ts";
import { TOPICS } from "../../events/topics.ts";
import { createKafkaAdmin } from "../../platform/kafka-admin.ts";
import type { World } from "./world.ts";

/** Waits until the e-mail consumers have left nothing of their topic unread. */
export async function untilLagIsZero(world: World): Promise<void> {
  const admin = await createKafkaAdmin(world.bootstrap, "tests");
  await world.until("no lag", async () => {
    const lag = await admin.groupLag(groupOfChannel("email"), TOPICS.email);
    return { done: lag === 0, seen: String(lag) };
  });
  await admin.close();
}
