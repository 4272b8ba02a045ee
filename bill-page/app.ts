import express, { type Express, type Request, type Response } from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import type { Counter } from "prom-client";
import { readBillLink } from "../notification/bill-link.ts";
import type { Logger } from "../platform/logger.ts";
import type { BillPageConfig } from "./config.ts";
import type { PageResult } from "./metrics.ts";
import { refusalPage, type Refusal } from "./refusal-page.ts";
import { renderBillPage, type PageSource } from "./render-bill-page.ts";

/** What the pages need. */
export interface BillPages extends PageSource {
  readonly config: BillPageConfig;
  readonly requests: Counter<"result">;
  readonly logger: Logger;
}

const retryAfterSeconds = 60;

/**
 * `GET /b/<token>`: the bill that a signed link names. Every link that leads to none is answered alike, and nothing that a
 * visitor sent is ever logged: the token opens the bill.
 */
export function createBillPages(pages: BillPages): Express {
  const { config } = pages;
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", config.BILL_PAGE_TRUSTED_PROXIES);
  app.use(securityHeaders(), privately, limitRate(pages), limitConcurrency(pages));
  app.get("/b/:token", (request, response) => show(pages, request, response));
  app.use((request, response) => {
    refuse(pages, request, response, "no-such-page");
  });
  app.use((error: unknown, request: Request, response: Response, next: (error: unknown) => void) => {
    // A path that is no UTF-8 is the visitor's; everything else is ours, and a driver's message may quote a value.
    const { status, code, name } = error as { status?: number; code?: unknown; name?: unknown };
    if (response.headersSent) next(error);
    else if (status !== undefined && status < 500) refuse(pages, request, response, "no-such-page");
    else {
      pages.logger.error({ code, name }, "a bill could not be shown");
      refuse(pages, request, response, "failed");
    }
  });
  return app;
}

async function show(
  pages: BillPages,
  request: Request<{ token: string }>,
  response: Response,
): Promise<void> {
  const reading = readBillLink(request.params.token, pages.letterhead.linkKeys, Date.now());
  if (reading.kind === "refused") {
    refuse(pages, request, response, reading.why);
    return;
  }
  const page = await renderBillPage(pages, reading.billId);
  if (page === null) {
    refuse(pages, request, response, "unknown-bill");
    return;
  }
  pages.requests.inc({ result: "shown" });
  response.set("content-language", page.language).type("html").send(page.html);
}

const statuses: Partial<Readonly<Record<PageResult, number>>> = { "too-many": 429, busy: 503, failed: 503 };

function refuse(pages: BillPages, request: Request, response: Response, result: PageResult): void {
  const status = statuses[result] ?? 404;
  const refusal: Refusal = status === 404 ? "no-bill" : "not-now";
  const language = request.acceptsLanguages("ko", "en") === "en" ? "en" : "ko";
  pages.requests.inc({ result });
  if (status !== 404) response.set("retry-after", String(retryAfterSeconds));
  response.status(status).set("content-language", language).vary("accept-language");
  response.type("html").send(refusalPage(refusal, language, pages.letterhead.carrier));
}

/** Nothing runs and nothing is asked but the carrier's pictures; the address, which is the key, is told to nobody. */
function securityHeaders(): express.RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        // An e-mail's HTML carries its styles in itself.
        styleSrc: ["'unsafe-inline'"],
        imgSrc: ["https:"],
        formAction: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
  });
}

/** No cache keeps a bill, no search engine lists it. */
function privately(_request: Request, response: Response, next: () => void): void {
  response.set({ "cache-control": "no-store", "x-robots-tag": "noindex, nofollow, noarchive" });
  next();
}

/** By address, in this process: a second replica has its own count. */
function limitRate(pages: BillPages): express.RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: pages.config.BILL_PAGE_REQUESTS_PER_MINUTE,
    standardHeaders: false,
    legacyHeaders: false,
    handler: (request, response) => {
      refuse(pages, request, response, "too-many");
    },
  });
}

function limitConcurrency(pages: BillPages): express.RequestHandler {
  let underWay = 0;
  return (request, response, next) => {
    if (underWay >= pages.config.BILL_PAGE_CONCURRENCY) {
      refuse(pages, request, response, "busy");
      return;
    }
    underWay++;
    response.once("close", () => {
      underWay--;
    });
    next();
  };
}
