import { pino, type Logger } from "pino";

export type { Logger };

/** JSON logger of one process on stderr (stdout belongs to results). Contacts never pass, whatever field holds them. */
export function createLogger(processName: string, level: string): Logger {
  return pino(
    {
      name: processName,
      level,
      redact: {
        paths: ["email", "phone", "name_plain", "*.email", "*.phone", "to", "*.to"],
        censor: "[redacted]",
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
