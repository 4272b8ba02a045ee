/** A stage under way, told to whoever watches. */
export interface StageProgress {
  /** `done` of `total` units; the total may become known late. */
  readonly update: (done: number, total: number, note?: string) => void;
}

/** How long a stage took and what it got through. */
export interface StageResult {
  readonly name: string;
  readonly seconds: number;
  readonly perSecond: number;
  /** What is counted, in the plural. */
  readonly unit: string;
  readonly count: number;
}

/** Shows stages to a person. */
export interface StageView {
  readonly begin: (name: string, unit: string) => StageProgress;
  readonly end: (result: StageResult) => void;
  /** A line of its own, above the bars. */
  readonly say: (line: string) => void;
  readonly close: () => void;
}

/** What a stage comes to, and how many units it got through; 0 when there is nothing to count. */
export interface Counted<Result> {
  readonly count: number;
  readonly result: Result;
}

/** Times the stages of a demo and shows them. */
export class StageClock {
  readonly results: StageResult[] = [];
  readonly #view: StageView;

  constructor(view: StageView) {
    this.#view = view;
  }

  /** Runs one stage and returns its result. */
  async run<Result>(
    name: string,
    unit: string,
    work: (progress: StageProgress) => Promise<Counted<Result>>,
  ): Promise<Result> {
    const startedMs = performance.now();
    const { count, result } = await work(this.#view.begin(name, unit));
    this.add({ name, unit, count, seconds: (performance.now() - startedMs) / 1_000 });
    return result;
  }

  /** Begins to show a stage that is timed elsewhere; `add` ends it. */
  begin(name: string, unit: string): StageProgress {
    return this.#view.begin(name, unit);
  }

  /** Adds a stage that was timed elsewhere. */
  add(result: Omit<StageResult, "perSecond">): void {
    const seconds = Math.round(result.seconds * 100) / 100;
    const perSecond = result.seconds === 0 ? 0 : Math.round(result.count / result.seconds);
    const stage = { ...result, seconds, perSecond };
    this.results.push(stage);
    this.#view.end(stage);
  }
}
