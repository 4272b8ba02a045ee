import { z } from "zod";

/** One message that an order moved, or would move. */
export const movedMessage = z
  .object({
    billId: z.int(),
    generation: z.int(),
    messageGeneration: z.int(),
    from: z.string(),
    to: z.string(),
    channel: z.string(),
    dueAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "MovedMessage" });
