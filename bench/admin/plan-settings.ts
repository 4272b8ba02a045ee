import { cursorOf } from "../../admin/http/keyset.ts";
import { ask, type Plan } from "./ask.ts";
import type { Draw } from "./draw.ts";

const template = (draw: Draw): string => {
  return `/api/v1/templates/default/${draw.pick(["email", "sms", "push"])}/${draw.pick(["ko", "en"])}`;
};

/** What is set, what was done, and how the store stands. */
export const settingsPlan: Plan = {
  "/api/v1/me": [ask("", () => "/api/v1/me")],
  "/api/v1/templates": [ask("", () => "/api/v1/templates")],
  "/api/v1/templates/{set}/{channel}/{locale}/versions": [
    ask("", (_samples, draw) => `${template(draw)}/versions`),
  ],
  "/api/v1/templates/{set}/{channel}/{locale}/versions/{version}": [
    ask("", (_samples, draw) => `${template(draw)}/versions/published`),
  ],
  "/api/v1/templates/{set}/{channel}/{locale}/diff": [
    ask("", (_samples, draw) => `${template(draw)}/diff?from=published&to=published`),
  ],
  "/api/v1/templates/{set}/{channel}/{locale}/versions/{version}/preview": [
    ask("", ({ bills }, draw) => `${template(draw)}/versions/published/preview?bill=${draw.pick(bills)}`),
  ],
  "/api/v1/templates/{set}/{channel}/{locale}/versions/{version}/preview.html": [
    ask("", ({ bills }, draw) => {
      const locale = draw.pick(["ko", "en"]);
      return `/api/v1/templates/default/email/${locale}/versions/published/preview.html?bill=${draw.pick(bills)}`;
    }),
  ],
  "/api/v1/policies": [ask("", () => "/api/v1/policies")],
  "/api/v1/policies/{name}": [ask("", () => "/api/v1/policies/default")],
  "/api/v1/store": [ask("", () => "/api/v1/store")],
  "/api/v1/audit": [
    ask("", () => "/api/v1/audit"),
    ask("deep", ({ newest }, draw) => `/api/v1/audit?cursor=${cursorOf([draw.between(2, newest.audit)])}`),
    ask("of a person", ({ actors }, draw) => `/api/v1/audit?actor=${draw.pick(actors)}`),
    ask("of an action", ({ actions }, draw) => `/api/v1/audit?action=${draw.pick(actions)}`),
    ask("of a person and action", ({ actors, actions }, draw) => {
      return `/api/v1/audit?actor=${draw.pick(actors)}&action=${draw.pick(actions)}`;
    }),
    ask("of nobody", () => "/api/v1/audit?actor=nobody"),
  ],
};
