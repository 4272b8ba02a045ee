import { renderBill } from "../../notification/templates/render-bill.ts";
import { defineChannel } from "../channel.ts";
import { gatewayVariables } from "../gateway/gateway-variables.ts";
import { createGatewaySender } from "../providers/gateway-sender.ts";

/** `push`: tells the carrier's app on a member's device that a bill is there, until it is told to stop. */
export const define = defineChannel({
  name: "push",
  variables: gatewayVariables({ defaultPath: "/v1/push", fields: ["title", "text", "link"] }),
  // The app opens the bill itself; what it shows on a locked screen is said by the template, without the amount.
  content: (view, { bill, book }) => ({
    ...renderBill("push", bill.language, view, book.templates),
    link: view.billUrl,
  }),
  createSender: createGatewaySender,
});
