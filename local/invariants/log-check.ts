import type { DeliveryRow } from "../../database/invariants/delivery-rows.ts";
import type { Invariant } from "../../database/invariants/invariant.ts";
import { covers, dateOf, earliestWantedMs, minuteOfDay, windowsOf, type DayWindow } from "./member-wishes.ts";

/** One line of the provider's log that concerns this check. */
export interface LoggedAccept {
  readonly key: string;
  readonly channel: string;
  readonly messageId: string;
  /** Billing clock, RFC 3339. */
  readonly billingAt: string;
  /** Machine clock, RFC 3339; absent where nobody asks. */
  readonly receivedAt?: string;
}

/** What the log is judged by. */
export interface LogRules {
  readonly generation: number;
  readonly releasedAtMs: number;
  readonly systemQuiet: readonly DayWindow[];
  /** Dates of the members' calendars, `2026-12-25`, that are quiet as a whole. [none] */
  readonly holidays?: readonly string[];
  /** What was on its way when the billing clock was set left by the clock of before. [the clock ran undisturbed] */
  readonly clockSteps?: readonly ClockStep[];
}

/** The billing clock was set, in milliseconds: somewhere between two instants of the machine's clock, by so much. */
export interface ClockStep {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly byMs: number;
}

// A message is checked just before it is sent; the provider notes when it has arrived.
const onTheWayMs = 5_000;
const keyForm = /^(\d+)\.g(\d+):([a-z]+):m(\d+)$/;

interface Delivery {
  readonly wishes: Wishes;
  readonly state: string;
  readonly channel: string;
  readonly messageGeneration: number;
  readonly unknownOutcomes: number;
  readonly providerMessageId: string;
  /** Accepts of which the provider said afterwards that they did not arrive. */
  readonly bounces: number;
  accepts: number;
  /** Calls under the present message's keys after their acceptance. */
  repeats: number;
  /** An accept under the channel, message generation and id that the row says. */
  matching: boolean;
}

interface Wishes {
  readonly timeZone: string;
  readonly windows: readonly DayWindow[];
  readonly earliestMs: number;
}

/**
 * Holds every accept of the provider's log against the message it belongs to. First all rows of the database are
 * added, then all lines of the log; members differ in millions but their wishes in thousands, which are shared.
 */
export class LogCheck {
  readonly #rules: LogRules;
  readonly #deliveries = new Map<number, Delivery>();
  readonly #wishes = new Map<string, Wishes>();
  readonly #acceptedKeys = new Set<string>();
  #accepts = 0;
  #replays = 0;
  #repeatedKeys = 0;
  #strangers = 0;
  #quiet = 0;
  #early = 0;
  #firstMs = Infinity;
  #lastMs = -Infinity;

  constructor(rules: LogRules) {
    this.#rules = rules;
  }

  addDelivery(row: DeliveryRow): void {
    const { billId, state, channel, messageGeneration, unknownOutcomes, providerMessageId, bounces } = row;
    const facts = { state, channel, messageGeneration, unknownOutcomes, providerMessageId, bounces };
    this.#deliveries.set(billId, {
      ...facts,
      wishes: this.#wishesOf(row),
      accepts: 0,
      repeats: 0,
      matching: false,
    });
  }

  /** A line that says the provider had accepted the key before and answered the same again. */
  addReplay({ key }: Pick<LoggedAccept, "key">): void {
    const [, billId, generation, , messageGeneration] = keyForm.exec(key) ?? [];
    if (Number(generation) !== this.#rules.generation) return;
    this.#replays++;
    const delivery = this.#deliveries.get(Number(billId));
    if (delivery?.messageGeneration === Number(messageGeneration)) delivery.repeats++;
  }

  addAccept(accept: LoggedAccept): void {
    const [, billId, generation, channel, messageGeneration] = keyForm.exec(accept.key) ?? [];
    if (Number(generation) !== this.#rules.generation) return;
    this.#accepts++;
    if (this.#acceptedKeys.has(accept.key)) this.#repeatedKeys++;
    this.#acceptedKeys.add(accept.key);
    const delivery = this.#deliveries.get(Number(billId));
    if (delivery === undefined || channel !== accept.channel) {
      this.#strangers++;
      return;
    }
    delivery.accepts++;
    delivery.matching ||=
      delivery.channel === channel &&
      delivery.messageGeneration === Number(messageGeneration) &&
      delivery.providerMessageId === accept.messageId;
    this.#judgeMoments(delivery.wishes, this.#momentsOf(accept));
  }

  invariants(): Invariant[] {
    return [
      this.#acceptedOnce(),
      this.#repeatsCounted(),
      this.#databaseAgrees(),
      this.#nothingInQuietHours(),
      this.#nothingEarly(),
    ];
  }

  #wishesOf(row: DeliveryRow): Wishes {
    const key = `${row.timeZone}|${row.sendDay ?? ""}|${row.quietStart ?? ""}|${row.quietEnd ?? ""}`;
    let wishes = this.#wishes.get(key);
    if (wishes === undefined) {
      const windows = windowsOf(row, this.#rules.systemQuiet);
      const earliestMs = earliestWantedMs(row, this.#rules.releasedAtMs);
      this.#wishes.set(key, (wishes = { timeZone: row.timeZone, windows, earliestMs }));
    }
    return wishes;
  }

  /**
   * When the accepted message may have left: at the provider's time, and by the clocks before each step that came while it was on
   * its way; or, arrived within a step, by the clock after it, which the provider is told last.
   */
  #momentsOf({ billingAt, receivedAt }: LoggedAccept): readonly [number, ...number[]] {
    const moments: [number, ...number[]] = [Date.parse(billingAt)];
    if (receivedAt === undefined) return moments;
    const atMs = Date.parse(receivedAt);
    const steps = (this.#rules.clockSteps ?? []).filter(
      ({ sinceMs, untilMs }) => sinceMs <= atMs && atMs <= untilMs + onTheWayMs,
    );
    const before = steps.map(({ byMs }) => -byMs);
    const after = steps.filter(({ untilMs }) => untilMs >= atMs).map(({ byMs }) => byMs);
    for (const shifts of [before.reverse(), after]) {
      let shiftedMs = Date.parse(billingAt);
      for (const shiftMs of shifts) moments.push((shiftedMs += shiftMs));
    }
    return moments;
  }

  #judgeMoments({ timeZone, windows, earliestMs }: Wishes, moments: readonly [number, ...number[]]): void {
    this.#firstMs = Math.min(this.#firstMs, moments[0]);
    this.#lastMs = Math.max(this.#lastMs, moments[0]);
    if (moments.every((atMs) => atMs < earliestMs)) this.#early++;
    const holidays = this.#rules.holidays ?? [];
    const isQuiet = (ms: number): boolean => {
      if (holidays.length > 0 && holidays.includes(dateOf(ms, timeZone))) return true;
      const minute = minuteOfDay(ms, timeZone);
      return windows.some((window) => covers(window, minute));
    };
    if (moments.every((atMs) => isQuiet(atMs) && isQuiet(atMs - onTheWayMs))) this.#quiet++;
  }

  #acceptedOnce(): Invariant {
    let twice = 0;
    let twiceAfterUnknown = 0;
    for (const { accepts, bounces, unknownOutcomes, messageGeneration } of this.#deliveries.values()) {
      if (accepts - bounces <= messageGeneration) continue;
      if (unknownOutcomes > 0) twiceAfterUnknown++;
      else twice++;
    }
    return {
      name: "each-bill-accepted-once",
      holds: this.#accepts > 0 && this.#repeatedKeys + this.#strangers + twice === 0,
      detail:
        `${this.#accepts} accepts under ${this.#acceptedKeys.size} keys for ${this.#deliveries.size} messages; ` +
        `${twice} accepted twice, ${twiceAfterUnknown} more after an unknown outcome, ${this.#repeatedKeys} keys repeated, ` +
        `${this.#strangers} of no bill; ${this.#replays} resends recognised by their key`,
    };
  }

  /** A provider without keys would have told the member twice: no more often than the row says. */
  #repeatsCounted(): Invariant {
    let repeats = 0;
    let uncounted = 0;
    for (const delivery of this.#deliveries.values()) {
      repeats += delivery.repeats;
      uncounted += Math.max(0, delivery.repeats - delivery.unknownOutcomes);
    }
    return {
      name: "resends-are-counted",
      holds: uncounted === 0,
      detail: `${repeats} messages were sent again after their acceptance, ${uncounted} of them not counted as unknown outcomes`,
    };
  }

  #databaseAgrees(): Invariant {
    let sent = 0;
    let sentUnaccepted = 0;
    let acceptedUnsent = 0;
    let maybeSent = 0;
    for (const { state, accepts, bounces, matching, unknownOutcomes } of this.#deliveries.values()) {
      const isSent = state === "SENT" || state === "DELIVERED";
      if (isSent) sent++;
      if (isSent && !matching) sentUnaccepted++;
      if (isSent || accepts <= bounces) continue;
      // Given up because nobody knows: a person decides.
      if (state === "DEAD" && unknownOutcomes > 0) maybeSent++;
      else acceptedUnsent++;
    }
    return {
      name: "sent-means-accepted",
      holds: sentUnaccepted + acceptedUnsent === 0,
      detail: `${sent} messages sent by the database, each accepted under its own key and id but ${sentUnaccepted}; ${acceptedUnsent} accepted and not known as sent, ${maybeSent} more given up as unknown`,
    };
  }

  #nothingInQuietHours(): Invariant {
    return {
      name: "nothing-in-quiet-hours",
      holds: this.#quiet === 0,
      detail: `${this.#quiet} of ${this.#accepts} arrived in quiet hours of the system or the member, or on a holiday, in the member's zone; first ${isoTime(this.#firstMs)}, last ${isoTime(this.#lastMs)}`,
    };
  }

  #nothingEarly(): Invariant {
    return {
      name: "nothing-before-its-send-day",
      holds: this.#early === 0,
      detail: `${this.#early} of ${this.#accepts} arrived before the day the member chose; ${this.#wishes.size} different wishes`,
    };
  }
}

function isoTime(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : "-";
}
