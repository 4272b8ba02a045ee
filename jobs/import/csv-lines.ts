import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { PermanentError } from "../../platform/errors.ts";

/** Longest line, in characters: beyond it the file is something else than CSV, and memory must not grow with it. */
const LONGEST_LINE = 1_000_000;
const CHUNK_BYTES = 256 * 1024;

/**
 * Lines of a UTF-8 text file, some thousand at a time, without their line ends (LF or CRLF) and without a byte order mark. `hash` gets
 * every byte. Bytes that are not UTF-8 become U+FFFD. Throws PermanentError `unusable-file` when it cannot be read.
 */
export async function* linesOf(file: string, hash: Hash = createHash("sha256")): AsyncGenerator<string[]> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let first = true;
  try {
    for await (const chunk of createReadStream(file, {
      highWaterMark: CHUNK_BYTES,
    }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      let text = rest + decoder.write(chunk);
      if (first) text = text.replace(/^\uFEFF/, "");
      first = false;
      const lines = text.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE)
        throw new PermanentError("unusable-file", `${file}: a line is longer than 1 MB`);
      yield lines.map(withoutReturn);
    }
  } catch (error) {
    if (error instanceof PermanentError) throw error;
    throw new PermanentError("unusable-file", `${file} cannot be read: ${(error as Error).message}`, error);
  }
  rest += decoder.end();
  if (rest !== "") yield [withoutReturn(rest)];
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
