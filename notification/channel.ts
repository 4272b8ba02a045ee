/** The ways to reach a member. Adding one means a value here, a ladder in the policy, a topic and a consumer folder. */
export type Channel = "email" | "sms" | "push";

/** Every channel, in the order in which a policy tries them unless it says otherwise. */
export const CHANNELS: readonly Channel[] = ["email", "sms", "push"];
