import { z } from "zod";

/** Words that a program writes and a later version may add to: an enum here would refuse the newer program's status. */
const camelCase = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";

/** One of the words known to this version; the published schema takes any word, so that it may lag behind the operator. */
export function openEnum<const Words extends readonly string[]>(
  words: Words,
): z.ZodEnum<{ [Word in Words[number]]: Word }> {
  return z.enum(words).meta({ enum: undefined, pattern: camelCase, maxLength: 316 });
}

/** Any such word. */
export function openWord(): z.ZodString {
  return z.string().max(1024).regex(new RegExp(camelCase));
}

/** RFC 3339. */
export const time = z.iso.datetime({ offset: true });

/** Spec generation that a status speaks about. */
export const observedGeneration = z
  .int()
  .min(0)
  .describe("Value of metadata.generation that this status was computed from; less means it is out of date.");

/** The conditions of a kind, one a type; `type` and `reason` are schemas of the words in use. */
export function conditionList<Type extends z.ZodType<string>, Reason extends z.ZodType<string>>(
  type: Type,
  reason: Reason,
) {
  const condition = z.object({
    type: type.describe("What the condition is about."),
    status: z.enum(["True", "False", "Unknown"]).describe("Whether it holds."),
    reason: reason.describe("One word for why, for programs and alerts."),
    message: z.string().max(32_768).describe("A sentence for people; empty where there is nothing to add."),
    observedGeneration: z.int().min(0).describe("Value of metadata.generation that it was judged on."),
    lastTransitionTime: time.describe("When the condition's status last changed."),
  });
  return z
    .array(condition)
    .max(64)
    .meta({
      description: "How the resource stands, one condition a type.",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["type"],
    });
}
