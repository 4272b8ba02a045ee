/** A few lines of a terminal that are drawn again and again in the same place. */
export interface Screen {
  readonly draw: (text: string) => void;
}

/** Draws on `output`; what does not fit its width is cut, as a wrapped line could not be drawn over. */
export function createScreen(output: NodeJS.WriteStream): Screen {
  let drawn = 0;
  return {
    draw(text) {
      const columns = output.columns || 80;
      const lines = text
        .split("\n")
        .map((line) => (line.length < columns ? line : `${line.slice(0, columns - 2)}…`));
      const back = drawn === 0 ? "" : `\x1b[${drawn}A`;
      // Each line is cleared behind its text, not before: a screen that is empty for a moment flickers.
      output.write(`${back}${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J`);
      drawn = lines.length;
    },
  };
}
