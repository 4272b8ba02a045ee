import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Api, ApiAnswer, ApiMethod } from "./api.ts";
import {
  type PlayedContainer,
  type PlayedEnd,
  playScript,
  runContainer,
  type Script,
} from "./play-container.ts";
import type { Pod, PodStatus } from "./wire.ts";
import { ContainerConfigError, environmentOf } from "./pod-environment.ts";
import { type ContainerEnd, endedStatus, kubernetesNow, runningStatus, waitingStatus } from "./pod-status.ts";

/** What all pods of one fake kubelet share. */
export interface Stage {
  readonly api: Api;
  readonly nodeName: string;
  /** Undefined: containers really run. */
  readonly script: Script | undefined;
  readonly logFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Aborts when the fake kubelet stops. */
  readonly stopped: AbortSignal;
}

const retryMs = 200;
const indexAnnotation = "batch.kubernetes.io/job-completion-index";

/** One pod from its binding to its removal: what the kubelet's pod worker does. */
export class PodOnStage {
  readonly #stage: Stage;
  readonly #path: string;
  readonly #logFile: string;
  #pod: Pod;
  #container: PlayedContainer | null = null;
  #isRunning = false;
  #graceMs: number | null = null;
  /** Resolves when nothing of the pod is left to do here. */
  readonly done: Promise<void>;

  constructor(stage: Stage, pod: Pod) {
    this.#stage = stage;
    this.#pod = pod;
    this.#path = `/api/v1/namespaces/${pod.metadata?.namespace ?? ""}/pods/${pod.metadata?.name ?? ""}`;
    this.#logFile = join(stage.logFolder, `${pod.metadata?.uid ?? ""}.log`);
    this.done = this.#play();
  }

  get name(): string {
    return this.#pod.metadata?.name ?? "";
  }

  /** Of the container while it runs; null for a script. */
  get pid(): number | null {
    return this.#isRunning ? (this.#container?.pid ?? null) : null;
  }

  /** What the container has written so far. */
  log(): string {
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, "utf8") : "";
  }

  /** The pod is being deleted: SIGTERM now, SIGKILL after the grace period. */
  interrupt(graceMs: number): void {
    if (this.#graceMs !== null && graceMs >= this.#graceMs) return;
    this.#graceMs = graceMs;
    this.#container?.interrupt(graceMs);
  }

  async #play(): Promise<void> {
    const target = { apiVersion: "v1", kind: "Node", name: this.#stage.nodeName };
    await this.#persist("POST", `${this.#path}/binding`, {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name: this.#pod.metadata?.name },
      target,
    });
    const environment = await this.#environment();
    if (environment !== null) await this.#perform(environment);
    // What is interrupted because the fake kubelet stops stays as it is, as on a node that lost its power.
    if (this.#graceMs !== null && !this.#stage.stopped.aborted) await this.#remove();
  }

  /** As the kubelet does, waits for a Secret or ConfigMap that is missing; null when the pod is deleted before. */
  async #environment(): Promise<Readonly<Record<string, string>> | null> {
    const { api, nodeName, environment } = this.#stage;
    const bound = { ...this.#pod, spec: { containers: [], ...this.#pod.spec, nodeName } };
    const [container] = bound.spec.containers;
    for (;;) {
      if (this.#isOver()) return null;
      try {
        const own = container === undefined ? {} : await environmentOf(api, bound, container);
        return { ...environment, ...own };
      } catch (error) {
        if (!(error instanceof ContainerConfigError)) throw error;
        await this.#report(waitingStatus(this.#pod, "CreateContainerConfigError", error.message));
        await sleep(retryMs);
      }
    }
  }

  async #perform(environment: Readonly<Record<string, string>>): Promise<void> {
    const startedAt = kubernetesNow();
    this.#container = this.#start(environment);
    if (this.#graceMs !== null) this.#container.interrupt(this.#graceMs);
    this.#isRunning = true;
    const end = this.#container.end.finally(() => {
      this.#isRunning = false;
    });
    end.catch(() => undefined); // it is awaited below, maybe after it has rejected
    await this.#report(runningStatus(this.#pod));
    await this.#ended(await end, startedAt);
  }

  #start(environment: Readonly<Record<string, string>>): PlayedContainer {
    const { script } = this.#stage;
    if (script === undefined) return runContainer(this.#pod, environment, this.#logFile);
    const { name = "", namespace = "", annotations, labels } = this.#pod.metadata ?? {};
    const index = annotations?.[indexAnnotation];
    return playScript(script, {
      name,
      namespace,
      jobName: labels?.["batch.kubernetes.io/job-name"] ?? "",
      index: index === undefined ? null : Number(index),
      args: this.#pod.spec?.containers[0]?.args ?? [],
      environment,
    });
  }

  async #ended(end: PlayedEnd, startedAt: string): Promise<void> {
    if (typeof end === "object" && "waiting" in end) {
      await this.#report(waitingStatus(this.#pod, end.waiting, end.message));
      return;
    }
    const ended: ContainerEnd = typeof end === "number" ? { exitCode: end, message: "" } : end;
    await this.#report(endedStatus(this.#pod, startedAt, ended));
  }

  #isOver(): boolean {
    return this.#graceMs !== null || this.#stage.stopped.aborted;
  }

  async #report(status: PodStatus): Promise<void> {
    const { uid } = this.#pod.metadata ?? {};
    await this.#persist("MERGE", `${this.#path}/status`, { metadata: { uid }, status });
  }

  async #remove(): Promise<void> {
    const { uid } = this.#pod.metadata ?? {};
    await this.#persist("DELETE", this.#path, { gracePeriodSeconds: 0, preconditions: { uid } });
  }

  /** Repeats while the API server does not answer; 404 and 409 mean that the pod is gone or another one. */
  async #persist(method: ApiMethod, path: string, body: object): Promise<void> {
    for (;;) {
      const answer: ApiAnswer<Pod | null> = await this.#stage.api.send(method, path, body);
      if (answer.status !== 0 && answer.status < 400) return;
      if (answer.status === 404 || answer.status === 409) return;
      const refused = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
      if (refused) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      if (this.#stage.stopped.aborted) return;
      await sleep(retryMs);
    }
  }
}
