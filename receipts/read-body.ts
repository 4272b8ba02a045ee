import type { IncomingMessage } from "node:http";

/** The whole body, or `too-long` as soon as it is longer than `maxBytes`, or `cut-off` when the sender went away. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | "too-long" | "cut-off"> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > maxBytes) return Promise.resolve("too-long");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.pause();
        resolve("too-long");
      } else chunks.push(chunk);
    });
    request.on("end", () => {
      resolve(Buffer.concat(chunks));
    });
    request.on("close", () => {
      resolve("cut-off");
    });
    request.on("error", () => {
      resolve("cut-off");
    });
  });
}
