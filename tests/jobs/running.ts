import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** What came of one run of the program. */
export interface ProgramRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program with these arguments and variables to its end; `onComplaint` is told of each piece of standard error. */
export function runProgram(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  onComplaint: (text: string) => void = () => undefined,
): Promise<ProgramRun> {
  const env = { ...process.env, ...variables, NODE_NO_WARNINGS: "1" };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    child.stderr?.on("data", onComplaint);
  });
}
