const maxLength = 500;

/** What a program said last, for a person: the message of a JSON log line, or the line as it is; "" when it said nothing. */
export function lastWordsOf(output: string): string {
  const line = output.trimEnd().split("\n").at(-1) ?? "";
  return (messageOf(line) ?? line).slice(0, maxLength);
}

function messageOf(line: string): string | null {
  if (!line.startsWith("{")) return null;
  try {
    const { error, msg } = JSON.parse(line) as { error?: unknown; msg?: unknown };
    const message = error ?? msg;
    return typeof message === "string" ? message : null;
  } catch {
    return null;
  }
}
