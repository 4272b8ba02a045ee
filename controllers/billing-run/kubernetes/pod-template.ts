import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError } from "../../../platform/config.ts";
import { jobContainer } from "./names.ts";

const container = z.looseObject({
  name: z.string(),
  args: z.array(z.string()).optional(),
  env: z.array(z.looseObject({ name: z.string() })).optional(),
});

/** A PodTemplateSpec whose container `job` runs the program: image, resources, secrets are the installation's. */
const podTemplate = z.looseObject({
  metadata: z
    .looseObject({
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  spec: z.looseObject({
    containers: z
      .array(container)
      .refine(
        (all) => all.some(({ name }) => name === jobContainer),
        `needs a container named "${jobContainer}"`,
      ),
  }),
});

export type PodTemplate = z.output<typeof podTemplate>;

/** Reads a template in YAML; throws a ConfigError that lists everything that is wrong with it. */
export function parsePodTemplate(text: string, name: string): PodTemplate {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new ConfigError([`${name}: ${(error as Error).message}`]);
  }
  const result = podTemplate.safeParse(document);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => `${name}: ${issue.path.join(".")}: ${issue.message}`),
  );
}

/** The template in a file, as the chart mounts it. */
export function readPodTemplate(path: string): PodTemplate {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError([`JOB_TEMPLATE_FILE: ${(error as Error).message}`]);
  }
  return parsePodTemplate(text, path);
}
