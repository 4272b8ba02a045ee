import assert from "node:assert/strict";
import { test } from "node:test";
import { covers, earliestWantedMs, minuteOfDay, windowsOf } from "../../local/invariants/member-wishes.ts";
import { daylight, healingAt, memberOf, messages, policy } from "./wishes.ts";

const hourMs = 3_600_000;
const systemQuiet = policy.systemQuiet.map(({ startMinute, endMinute }) => [startMinute, endMinute] as const);

/** Members who are to be left alone at this moment, by the rules that the provider's log is judged by. */
function leftAlone(baseMs: number, atMs: number): { readonly quiet: number; readonly early: number } {
  const numbers = Array.from({ length: messages }, (_, index) => index + 1);
  const wishes = numbers.map((number) => {
    const { timeZone = "Asia/Seoul", sendDay = null, quiet = [null, null] } = memberOf(number, baseMs);
    return { timeZone, sendDay, quietStart: quiet[0], quietEnd: quiet[1] };
  });
  return {
    quiet: wishes.filter((wish) => {
      const minute = minuteOfDay(atMs, wish.timeZone);
      return windowsOf(wish, systemQuiet).some((window) => covers(window, minute));
    }).length,
    early: wishes.filter((wish) => atMs < earliestWantedMs(wish, baseMs - 8 * hourMs)).length,
  };
}

void test("whenever a seed begins some members are to be left alone, by the hour and by the day; when it heals, nobody is", () => {
  for (const [begins, instant] of Object.entries(daylight)) {
    const baseMs = Date.parse(instant);
    const atFirst = leftAlone(baseMs, baseMs);
    assert.ok(atFirst.quiet >= 40 && atFirst.quiet <= 120, `${begins}: ${atFirst.quiet} quiet`);
    assert.ok(atFirst.early >= 20, `${begins}: ${atFirst.early} early`);
    // What waited for its morning, or for the end of its own hours, has left by the spread; two minutes are for healing.
    for (const afterMs of [0, 120_000]) {
      const later = leftAlone(baseMs, Date.parse(healingAt) + afterMs);
      assert.deepEqual(later, { quiet: 0, early: 0 }, begins);
    }
  }
});

void test("a clock that jumps an hour makes some quiet who were not, and wakes others", () => {
  const noonMs = Date.parse(daylight.noon);
  const quiet = (atMs: number): number => leftAlone(noonMs, atMs).quiet;
  assert.notEqual(quiet(noonMs), quiet(noonMs + hourMs));
  assert.notEqual(quiet(noonMs), quiet(noonMs - hourMs));
});

void test("whoever has a send day is due on it, and everybody else within the seed, at every start", () => {
  for (const instant of Object.values(daylight)) {
    const baseMs = Date.parse(instant);
    for (let number = 1; number <= messages; number++) {
      const { dueInSeconds = 0, sendDay } = memberOf(number, baseMs);
      if (sendDay === 3) assert.ok(dueInSeconds > 3_600, String(number));
      else if (sendDay === undefined) assert.ok(dueInSeconds <= 6, String(number));
      assert.ok(baseMs + dueInSeconds * 1_000 < Date.parse(healingAt), String(number));
    }
  }
});
