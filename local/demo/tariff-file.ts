import { fileURLToPath } from "node:url";

/** The reference tariff that the demo bills by. */
export const tariffFile = fileURLToPath(new URL("../../tariffs/kr-mobile-2026-07.yaml", import.meta.url));
