// The one place outside the configuration that reads the environment: a fault point is not a setting of the product.
// eslint-disable-next-line no-restricted-properties -- see above
const armed = process.env["FAULT_POINT"] ?? "";

/**
 * Kills this process as a power failure would (SIGKILL, nothing is flushed) when the environment variable FAULT_POINT
 * names this point. Tests place a crash exactly between two steps; anywhere else it costs one comparison.
 */
export function faultPoint(name: string): void {
  if (armed === name) process.kill(process.pid, "SIGKILL");
}
