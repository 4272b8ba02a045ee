/** The simulated provider, once it listens. */
export interface ProviderDoor {
  /** Tells it what the billing clock is ahead of the machine's. */
  readonly setClockOffset: (offsetMs: number) => Promise<void>;
  /** Requests it has received since its start. */
  readonly requestCount: () => Promise<number>;
  /** Of those, how many it accepted for the first time. */
  readonly acceptedCount: () => Promise<number>;
}

/** The simulated provider that listens at `url`. */
export function providerDoor(url: string): ProviderDoor {
  const stats = async (): Promise<{ readonly requests: number; readonly accepted: number }> =>
    (await (await fetch(`${url}/stats`)).json()) as { readonly requests: number; readonly accepted: number };
  return {
    setClockOffset: async (offsetMs) => {
      const answer = await fetch(`${url}/clock`, { method: "POST", body: JSON.stringify({ offsetMs }) });
      if (!answer.ok) throw new Error(`the provider simulator answered ${answer.status} to its clock`);
    },
    requestCount: async () => (await stats()).requests,
    acceptedCount: async () => (await stats()).accepted,
  };
}
