/** The simulated provider, once it listens. */
export interface ProviderDoor {
  /** Tells it what the billing clock is ahead of the machine's. */
  readonly setClockOffset: (offsetMs: number) => Promise<void>;
  /** Requests it has received since its start. */
  readonly requestCount: () => Promise<number>;
}

/** The simulated provider that listens at `url`. */
export function providerDoor(url: string): ProviderDoor {
  return {
    setClockOffset: async (offsetMs) => {
      const answer = await fetch(`${url}/clock`, { method: "POST", body: JSON.stringify({ offsetMs }) });
      if (!answer.ok) throw new Error(`the provider simulator answered ${answer.status} to its clock`);
    },
    requestCount: async () => {
      const answer = await fetch(`${url}/stats`);
      return ((await answer.json()) as { readonly requests: number }).requests;
    },
  };
}
