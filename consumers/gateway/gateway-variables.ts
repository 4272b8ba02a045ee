import { z } from "zod";
import { providerList, type ProviderConfig } from "../providers/provider-list.ts";
import { gatewaySchema, type GatewayConfig, type GatewayUse } from "./gateway-config.ts";
import { jsonVariable } from "./json-variable.ts";

/** Who a consumer sends at: one provider by `PROVIDER_URL` and `PROVIDER_GATEWAY`, or several by `PROVIDERS`. */
export type ProviderVariables = Readonly<{
  /** "" = not the simple form. */
  PROVIDER_URL: z.ZodType<string>;
  PROVIDER_GATEWAY: z.ZodType<GatewayConfig>;
  /** Empty = the simple form. */
  PROVIDERS: z.ZodType<readonly ProviderConfig[]>;
}>;

/** Variables of a consumer that sends through HTTP gateways. None is ever printed: headers and URLs hold credentials. */
export function gatewayVariables(use: GatewayUse): ProviderVariables {
  return providerVariables(use, gatewayOrigin);
}

/** The same where more than gateways can be meant by an URL. */
export function providerVariables(use: GatewayUse, url: z.ZodType<string>): ProviderVariables {
  const gateway = gatewaySchema(use);
  return {
    PROVIDER_URL: z.union([z.literal(""), url]).default(""),
    PROVIDER_GATEWAY: jsonVariable(gateway, "{}"),
    PROVIDERS: jsonVariable(z.union([z.tuple([]), providerList(url, gateway)]), "[]"),
  };
}

/** Only scheme, host and port: a path here would be a second place that says where to. */
const gatewayOrigin = z
  .url({ protocol: /^https?$/, error: "must be http(s)://host[:port]" })
  .refine(isOrigin, "must end after host and port; the path stands in the gateway's document");

/** Whether an URL is no more than scheme, host and port. */
export function isOrigin(url: string): boolean {
  const { pathname, search, hash, username } = new URL(url);
  return (pathname === "/" || pathname === "") && search === "" && hash === "" && username === "";
}
