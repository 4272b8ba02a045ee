import { countText, stageText } from "./number-text.ts";
import type { StageView } from "./progress.ts";

const everyMs = 5_000;

/** Plain lines where there is no terminal: a stage's end, and every five seconds how far it is. */
export function createLineView(): StageView {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  return {
    begin(name, unit) {
      let lastMs = performance.now();
      return {
        update(done, total, note = "") {
          if (performance.now() - lastMs < everyMs) return;
          lastMs = performance.now();
          write(`  … ${name.padEnd(16)} ${countText(done)} of ${countText(total)} ${unit} ${note}`.trimEnd());
        },
      };
    },
    end(result) {
      write(`  ✓ ${stageText(result)}`);
    },
    say: write,
    close: () => undefined,
  };
}
