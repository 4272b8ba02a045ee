import { z } from "zod";
import { gatewaySchema, type GatewayConfig, type GatewayUse } from "./gateway-config.ts";

/** Variables of a consumer that sends through an HTTP gateway. Neither is ever printed: headers hold credentials. */
export function gatewayVariables(use: GatewayUse): {
  PROVIDER_URL: z.ZodType<string>;
  PROVIDER_GATEWAY: z.ZodType<GatewayConfig>;
} {
  return { PROVIDER_URL: gatewayOrigin, PROVIDER_GATEWAY: gatewayVariable(use) };
}

/** Only scheme, host and port: a path here would be a second place that says where to. */
const gatewayOrigin = z
  .url({ protocol: /^https?$/, error: "must be http(s)://host[:port]" })
  .refine(isOrigin, "must end after host and port; the path stands in PROVIDER_GATEWAY");

/** Whether an URL is no more than scheme, host and port. */
export function isOrigin(url: string): boolean {
  const { pathname, search, hash, username } = new URL(url);
  return (pathname === "/" || pathname === "") && search === "" && hash === "" && username === "";
}

/** `PROVIDER_GATEWAY`: JSON as docs/delivery.md describes it; unset = the plain gateway. Names every bad field. */
export function gatewayVariable(use: GatewayUse): z.ZodType<GatewayConfig> {
  const schema = gatewaySchema(use);
  return z
    .string()
    .default("{}")
    .transform((text, context) => {
      const document = parsedJson(text);
      if (document === undefined) {
        context.addIssue({ code: "custom", message: "is not JSON" });
        return z.NEVER;
      }
      const result = schema.safeParse(document);
      if (result.success) return result.data;
      for (const { path, message } of result.error.issues) {
        const field = path.length === 0 ? "" : `${path.join(".")}: `;
        context.addIssue({ code: "custom", message: `${field}${message}` });
      }
      return z.NEVER;
    });
}

/** Undefined when it is none: the parser's own message quotes the text, which may be a credential. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text === "" ? "{}" : text) as unknown;
  } catch {
    return undefined;
  }
}
