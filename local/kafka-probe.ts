import { once } from "node:events";
import { createConnection } from "node:net";

const apiVersionsKey = 18;
const correlationId = 1;

/** An ApiVersions request, version 0, without client id: what every broker answers first. */
function apiVersionsRequest(): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(apiVersionsKey, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(correlationId, 8);
  request.writeInt16BE(-1, 12);
  return request;
}

/** True if a Kafka broker at this address answers a request within the time limit. An open port is not enough. */
export async function kafkaAnswers(host: string, port: number, timeoutMs: number): Promise<boolean> {
  const socket = createConnection({ host, port });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, "connect", { signal });
    socket.write(apiVersionsRequest());
    const [response] = (await once(socket, "data", { signal })) as [Buffer];
    return (
      response.length >= 10 && response.readInt32BE(4) === correlationId && response.readInt16BE(8) === 0
    );
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
