/** What a process serves, series by series. */
export interface Scrape {
  /** The value of the series, written as Prometheus writes it; undefined when there is none. */
  readonly of: (series: string) => number | undefined;
  /** All series of a metric with their values. */
  readonly all: (metric: string) => Readonly<Record<string, number>>;
}

/** Reads a process's /metrics; null while nobody listens. */
export async function scrape(port: number): Promise<Scrape | null> {
  let text: string;
  try {
    text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  } catch {
    return null;
  }
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const place = line.lastIndexOf(" ");
    if (!line.startsWith("#") && place > 0) values.set(line.slice(0, place), Number(line.slice(place + 1)));
  }
  return {
    of: (series) => values.get(series),
    all: (metric) =>
      Object.fromEntries([...values].filter(([name]) => name === metric || name.startsWith(`${metric}{`))),
  };
}
