import type { ContainerState, Pod, PodStatus } from "./wire.ts";

/** How a played container ended. */
export interface ContainerEnd {
  readonly exitCode: number;
  /** What it said last; kept by the kubelet for a container that failed. */
  readonly message: string;
}

/** The time as Kubernetes writes it. */
export const kubernetesNow = (): string => new Date().toISOString().replace(/\.\d+Z$/, "Z");

type Condition = NonNullable<PodStatus["conditions"]>[number];

function conditions(ready: boolean): Condition[] {
  const at = kubernetesNow();
  const of = (type: string, is: boolean): Condition => ({
    type,
    status: is ? "True" : "False",
    lastTransitionTime: at,
  });
  return [
    of("PodScheduled", true),
    of("Initialized", true),
    of("ContainersReady", ready),
    of("Ready", ready),
  ];
}

function statusOf(pod: Pod, phase: string, state: ContainerState): PodStatus {
  const [container] = pod.spec?.containers ?? [];
  const running = state.running !== undefined;
  return {
    phase,
    startTime: pod.status?.startTime ?? kubernetesNow(),
    conditions: conditions(running),
    containerStatuses: [
      {
        name: container?.name ?? "",
        image: container?.image ?? "",
        imageID: "",
        ready: running,
        started: running,
        restartCount: 0,
        state,
      },
    ],
  };
}

/** The container does not start, e.g. for `ImagePullBackOff`. */
export function waitingStatus(pod: Pod, reason: string, message: string): PodStatus {
  return statusOf(pod, "Pending", { waiting: { reason, message } });
}

export function runningStatus(pod: Pod): PodStatus {
  return statusOf(pod, "Running", { running: { startedAt: kubernetesNow() } });
}

/** Succeeded for exit code 0, Failed for any other, as with `restartPolicy: Never`. */
export function endedStatus(pod: Pod, startedAt: string, { exitCode, message }: ContainerEnd): PodStatus {
  const failed = exitCode !== 0;
  return statusOf(pod, failed ? "Failed" : "Succeeded", {
    terminated: {
      exitCode,
      reason: failed ? "Error" : "Completed",
      ...(failed && { message: message.slice(-2048) }), // the kubelet keeps that much
      startedAt: startedAt,
      finishedAt: kubernetesNow(),
    },
  });
}
