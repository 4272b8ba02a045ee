import type { FunctionComponent } from "preact";
import { AdjustmentsPage } from "./pages/adjustments.ts";
import { AuditPage } from "./pages/audit.ts";
import { BatchesPage } from "./pages/batches.ts";
import { BillPage } from "./pages/bill.ts";
import { DeadLettersPage } from "./pages/dead-letters.ts";
import { DeliveryPage } from "./pages/delivery.ts";
import { MemberPage } from "./pages/member.ts";
import { MembersPage } from "./pages/members.ts";
import { MessagesPage } from "./pages/messages.ts";
import { OverviewPage } from "./pages/overview.ts";
import { PoliciesPage } from "./pages/policies.ts";
import { PolicyPage } from "./pages/policy.ts";
import { RunPage } from "./pages/run.ts";
import { RunsPage } from "./pages/runs.ts";
import { SchedulesPage } from "./pages/schedules.ts";
import { StartPage } from "./pages/start.ts";
import { StorePage } from "./pages/store.ts";
import { TemplatePage } from "./pages/template.ts";
import { TemplatesPage } from "./pages/templates.ts";

/** Every page, by the form of its address; parts with a colon become properties of the page. */
export const pages = [
  ["/", OverviewPage],
  ["/runs", RunsPage],
  ["/runs/:name", RunPage],
  ["/start", StartPage],
  ["/schedules", SchedulesPage],
  ["/members", MembersPage],
  ["/members/:id", MemberPage],
  ["/bills/:id", BillPage],
  ["/adjustments", AdjustmentsPage],
  ["/delivery", DeliveryPage],
  ["/messages", MessagesPage],
  ["/dead-letters", DeadLettersPage],
  ["/templates", TemplatesPage],
  ["/templates/:set/:channel/:locale", TemplatePage],
  ["/policies", PoliciesPage],
  ["/policies/:name", PolicyPage],
  ["/batches", BatchesPage],
  ["/store", StorePage],
  ["/audit", AuditPage],
] as const satisfies readonly (readonly [string, FunctionComponent<never>])[];
