import type { Route } from "../../http/route.ts";
import { explainRoute, getItems, replayRoute } from "./explain.ts";
import { holdMessage, releaseMessage } from "./hold.ts";
import { listBills } from "./list.ts";
import { getMessage, getMessagePage } from "./message.ts";
import { getBill } from "./read.ts";
import { getTimeline } from "./timeline.ts";

/** Bills: what members owe, why, and how they were told. */
export const billRoutes: readonly Route[] = [
  listBills,
  getBill,
  getItems,
  explainRoute,
  replayRoute,
  getMessage,
  getMessagePage,
  getTimeline,
  holdMessage,
  releaseMessage,
];
