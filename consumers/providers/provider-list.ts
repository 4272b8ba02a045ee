import { z } from "zod";
import type { GatewayConfig } from "../gateway/gateway-config.ts";

/** One of the providers of a channel. */
export interface ProviderConfig {
  /** Stands on messages and in metrics: one that is renamed is another provider. */
  readonly name: string;
  readonly url: string;
  readonly weight: number;
  /** As PROVIDER_TIMEOUT_MS; null = that. */
  readonly timeoutMs: number | null;
  /** null = however slow, an acceptance is one. */
  readonly slowAfterMs: number | null;
  /** All consumers together; 0 = no limit. */
  readonly sendsPerSecond: number;
  readonly gateway: GatewayConfig;
}

/** The schema of a list of providers, the first of which is also that of messages that name none. */
export function providerList(
  url: z.ZodType<string>,
  gateway: z.ZodType<GatewayConfig>,
): z.ZodType<readonly ProviderConfig[]> {
  const provider = z.strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, "must be letters, digits and hyphens, at most 31"),
    url,
    weight: z.int().min(1).max(1_000).default(1),
    timeoutMs: z.int().min(100).max(600_000).nullable().default(null),
    slowAfterMs: z.int().min(1).max(600_000).nullable().default(null),
    sendsPerSecond: z.int().min(0).max(1_000_000).default(0),
    gateway: gateway.default(() => gateway.parse({})),
  });
  return z
    .array(provider)
    .min(1)
    .max(10)
    .superRefine((providers, context) => {
      for (const [index, { name }] of providers.entries()) {
        if (providers.findIndex((other) => other.name === name) === index) continue;
        context.addIssue({
          code: "custom",
          path: [index, "name"],
          message: "is the name of another provider too",
        });
      }
    });
}

/** What the simple form calls its provider. */
const onlyProvider = "default";

/** The variables that say who sends, as parsed. */
export interface ProviderChoiceVariables {
  readonly PROVIDER_URL: string;
  readonly PROVIDER_GATEWAY: GatewayConfig;
  readonly PROVIDERS: readonly ProviderConfig[];
}

/** The providers of a channel, at least one, by either form. */
export function providersOf(config: ProviderChoiceVariables): readonly ProviderConfig[] {
  if (config.PROVIDERS.length > 0) return config.PROVIDERS;
  const unset = { timeoutMs: null, slowAfterMs: null, sendsPerSecond: 0 };
  return [
    { name: onlyProvider, url: config.PROVIDER_URL, weight: 1, ...unset, gateway: config.PROVIDER_GATEWAY },
  ];
}

/** Requires one of the two forms, beside whatever else is wrong: `when` has it judged in any case. */
export function requireProviders<Schema extends z.ZodType>(schema: Schema): Schema {
  return schema
    .refine((config) => urlOf(config) !== "" || listOf(config) > 0, {
      path: ["PROVIDER_URL"],
      error: "must be set, or PROVIDERS",
      when: () => true,
    })
    .refine((config) => urlOf(config) === "" || listOf(config) === 0, {
      path: ["PROVIDERS"],
      error: "must not be set beside PROVIDER_URL",
      when: () => true,
    });
}

function urlOf(config: unknown): string {
  const { PROVIDER_URL: url } = config as { readonly PROVIDER_URL?: unknown };
  return typeof url === "string" ? url : "";
}

/** What could not be read is there all the same. */
function listOf(config: unknown): number {
  const { PROVIDERS: list } = config as { readonly PROVIDERS?: unknown };
  return Array.isArray(list) ? list.length : 1;
}
