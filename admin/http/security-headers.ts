import type { RequestHandler } from "express";
import helmet from "helmet";

/** Nothing but our own files runs, is shown or is asked; no other page may frame this one. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        // A rendered bill is shown in a sandboxed frame of our own.
        frameSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    // Over plain HTTP (behind no proxy, on a laptop) browsers ignore it.
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  });
}
