import { renderBill } from "../../notification/templates/render-bill.ts";
import { defineChannel } from "../channel.ts";
import { gatewayVariables } from "../gateway/gateway-variables.ts";
import { createGatewaySender } from "../providers/gateway-sender.ts";

/** `sms`: sends bills as short messages until it is told to stop. */
export const define = defineChannel({
  name: "sms",
  variables: gatewayVariables({ defaultPath: "/v1/sms", fields: ["text"] }),
  content: (view, { bill, book }) => renderBill("sms", bill.language, view, book.templates),
  createSender: createGatewaySender,
});
