import type { Refusal } from "./refusals.ts";

type Spec = Refusal["spec"];

/** Every duration of a policy: its field, a spec that has it, and the instants just outside of what it may be. */
const durations: readonly (readonly [
  field: string,
  spec: (duration: string) => Spec,
  outside: readonly string[],
  range: string,
])[] = [
  ...(["email", "sms", "push"] as const).map(
    (channel) =>
      [
        `spec.retries.${channel}.delays[1]`,
        (duration: string) => ({ retries: { [channel]: { delays: ["10s", duration] } } }),
        ["25h", "86401s"],
        "from 0s to 24h",
      ] as const,
  ),
  ["spec.releaseSpread", (releaseSpread) => ({ releaseSpread }), ["1441m"], "from 0m to 24h"],
  ["spec.deliverWithin", (deliverWithin) => ({ deliverWithin }), ["2161h"], "from 0s to 2160h"],
  ["spec.lease", (lease) => ({ lease }), ["999ms", "25h"], "from 1s to 24h"],
  ...(["window", "openFor", "undecidedFor"] as const).map(
    (name) =>
      [
        `spec.breaker.${name}`,
        (duration: string) => ({ breaker: { [name]: duration } }),
        ["999ms", "1441m"],
        "from 1s to 24h",
      ] as const,
  ),
];

/** Refusals of each duration: what has no unit, and what is too short or too long. */
export const durationRefusals: readonly Refusal[] = durations.flatMap(([field, specOf, outside, range]) => [
  {
    rule: `${field} has a unit`,
    ...{ kind: "NotificationPolicy" as const, spec: specOf("10"), field },
    says: "must be a number and a unit, such as 500ms, 10s, 5m or 1h",
  },
  ...outside.map((duration) => ({
    rule: `${field} is not ${duration}`,
    ...{ kind: "NotificationPolicy" as const, spec: specOf(duration), field },
    says: `must be ${range}`,
  })),
]);
