import type { GenerationAddress } from "../../database/generations/address.ts";
import { createTopics } from "./backing-servers.ts";
import { driveClock, type ClockTravel } from "./clock-driver.ts";
import { startDelivery } from "./delivery-services.ts";
import type { DemoRun } from "./demo-run.ts";
import type { StageContext } from "./stage-context.ts";

/** From a claim to its request a consumer of the demo takes a few milliseconds. */
const arrivalMs = 200;

/** Starts the processes of delivery and follows the messages to their end, while the clock is driven. */
export async function deliverMessages(
  context: StageContext,
  run: DemoRun,
  address: GenerationAddress,
): Promise<ClockTravel> {
  const { clock, client, processes, servers, stopping } = context;
  const provider = await clock.run("start delivery", "processes", async () => {
    await createTopics(servers.kafka);
    return { count: 0, result: await startDelivery(context) };
  });
  return await clock.run("deliver", "messages", async (progress) => {
    const driving = driveClock({ client, address, provider, arrivalMs, stopping });
    const watching = processes.watch().then(() => Promise.reject(new Error("the processes were stopped")));
    const [count, travel] = await Promise.all([Promise.race([run.deliver(progress), watching]), driving]);
    return { count, result: travel };
  });
}
