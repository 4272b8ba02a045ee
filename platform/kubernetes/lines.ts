const newline = 0x0a;

/**
 * The lines of a stream of bytes, without their ends. Chunks may end anywhere, also inside a character. What follows
 * the last newline is dropped: a stream that was cut ends in half an object, and its sender ends every line.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      parts.push(chunk.subarray(start, end));
      // Decoded as a whole line: a character may be spread over chunks, a newline is never part of one.
      const line = Buffer.concat(parts).toString("utf8");
      parts = [];
      start = end + 1;
      if (line !== "") yield line;
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
  }
}
