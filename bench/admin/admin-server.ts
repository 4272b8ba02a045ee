import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { localUserEntry } from "../../admin/access/local-users.ts";
import { freePort } from "../../local/free-port.ts";
import { peakRssMiB } from "../delivery/machine.ts";
import { launch } from "../delivery/launch.ts";
import { signIn, type SignedIn } from "./signed-in.ts";

/** The real admin process with somebody signed in. */
export interface AdminServer extends AsyncDisposable {
  readonly url: string;
  readonly person: SignedIn;
  readonly peakRssMiB: () => number;
}

/** Starts `admin` with its own defaults, but for two limits; disposing of it stops it. */
export async function startAdmin(environment: NodeJS.ProcessEnv, folder: string): Promise<AdminServer> {
  await using stack = new AsyncDisposableStack();
  const password = randomBytes(18).toString("base64url");
  const [port, healthPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const admin = await launch({
    ...{ name: "admin", args: ["admin"], folder, readyUrl: `http://127.0.0.1:${healthPort}/readyz` },
    environment: {
      ...environment,
      ...{ ADMIN_HOST: "127.0.0.1", ADMIN_PORT: String(port), HEALTH_PORT: String(healthPort) },
      ...{ ADMIN_SECURE_COOKIES: "false", ADMIN_RUNS: "local" },
      // The benchmark is one address.
      ADMIN_REQUESTS_PER_MINUTE: "100000000",
      // So that an order over the dead letters of a small month is kept, too.
      ADMIN_APPROVAL_OVER_MESSAGES: "20",
      ADMIN_USERS: localUserEntry("bench", ["viewer", "operator"], password),
    },
  });
  stack.defer(() => admin.stop());
  const person = stack.use(await signIn(url, "bench", password));
  await untilKafkaAnswers(person);
  const running = stack.move();
  return {
    ...{ url, person, peakRssMiB: () => peakRssMiB(admin.pid) },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const kafkaAnswersWithinMs = 60_000;

/** A broker that has just started may take longer for its first answer than admin waits. */
async function untilKafkaAnswers(person: SignedIn): Promise<void> {
  const deadlineMs = performance.now() + kafkaAnswersWithinMs;
  for (;;) {
    try {
      await person.time({ path: "/api/v1/lag" });
      return;
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await sleep(500);
    }
  }
}
