import type {
  V1ConfigMap,
  V1Container,
  V1ContainerState,
  V1EnvVar,
  V1Pod,
  V1PodStatus,
  V1Secret,
} from "@kubernetes/client-node";

/** What of a client-node class goes over the wire: plain objects, with times as text. */
type OnWire<Type> = Type extends Date
  ? string
  : Type extends readonly (infer Item)[]
    ? OnWire<Item>[]
    : Type extends object
      ? { [Key in keyof Type]: OnWire<Type[Key]> }
      : Type;

export type Pod = OnWire<V1Pod>;
export type PodStatus = OnWire<V1PodStatus>;
export type Container = OnWire<V1Container>;
export type ContainerState = OnWire<V1ContainerState>;
export type EnvironmentVariable = OnWire<V1EnvVar>;
/** Both have `data`, and nothing else of them is read. */
export type KeyedValues = Pick<OnWire<V1ConfigMap & V1Secret>, "data">;
