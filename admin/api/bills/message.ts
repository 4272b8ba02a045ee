import { billIdParam } from "../fields.ts";
import { pageRoute, readRoute, type Route } from "../../http/route.ts";
import { renderedMessage as render } from "./rendered.ts";
import { ofGeneration, renderedMessage } from "./schemas.ts";

/** All that the member is told, by every channel. */
export const getMessage: Route = readRoute({
  path: "/bills/{billId}/message",
  role: "viewer",
  tag: "Bills",
  summary: "A bill's e-mail, SMS and push message as they are rendered; name and number masked",
  params: billIdParam,
  query: ofGeneration,
  answer: renderedMessage,
  read: async ({ params: { billId }, query: { generation } }, context) => ({
    billId,
    ...(await render(context, { billId, generation })),
  }),
});

/** The e-mail alone, for a frame. */
export const getMessagePage: Route = pageRoute({
  path: "/bills/{billId}/message.html",
  role: "viewer",
  tag: "Bills",
  summary: "The HTML of a bill's e-mail, for a sandboxed frame; name and number masked",
  params: billIdParam,
  query: ofGeneration,
  render: async ({ params: { billId }, query: { generation } }, context) => {
    const { email } = await render(context, { billId, generation });
    return email.html;
  },
});
