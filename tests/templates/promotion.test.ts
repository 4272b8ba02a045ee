import assert from "node:assert/strict";
import { before, test, type TestContext } from "node:test";
import { publishDraft } from "../../database/templates/publish-draft.ts";
import { saveDraft } from "../../database/templates/save-draft.ts";
import { isQuiet } from "../../notification/quiet-hours.ts";
import { DEFAULT_POLICY } from "../../notification/policy.ts";
import { policyOfGeneration } from "../../notification/read-policy.ts";
import { ADVERTISING_NIGHT } from "../../notification/advertising-night.ts";
import { ExitCode } from "../../platform/exit-codes.ts";
import { inTransactionOn } from "../../platform/postgres.ts";
import { cloneOf, expectDone, populatedOriginal, type Carrier } from "../settlement/support.ts";

let original = "";
let digest = "";

before(async (t) => {
  const populated = await populatedOriginal(t as TestContext, 60);
  const carrier = await cloneOf(t as TestContext, populated);
  digest = await carrier.prove(2);
  await carrier.client.query(
    "update billing_clock set clock_offset = '2026-11-02T21:30:00+09:00' - clock_timestamp()",
  );
  await carrier.client.end();
  original = carrier.url;
});

async function publish(carrier: Carrier, text: string, promotional: boolean): Promise<void> {
  const { client } = carrier;
  const draft = {
    ...({ set: "ads", channel: "sms", locale: "ko", note: "", savedBy: "kim", publishedBy: "lee" } as const),
    ...{ parts: { text }, promotional },
  };
  const version = await inTransactionOn(client, () => saveDraft(client, draft));
  await inTransactionOn(client, () => publishDraft(client, { ...draft, version }));
}

const pinned = `select string_agg(set_name || '/' || channel || '/' || locale || '@' || version, ' ' order by channel, locale)
  from generation_templates g join template_versions t on t.id = g.template_id`;

/** Evening messages: the default policy is quiet from 22:00 on. */
const policy = { ...DEFAULT_POLICY, templateSet: "ads" };

test("a promotion pins what is in force at that moment, the program's own texts among it", async (t) => {
  const carrier = await cloneOf(t, original);
  await publish(carrier, "첫째", false);
  expectDone(await carrier.promote({ digest, policy }));
  const wanted =
    "default/email/en@1 default/email/ko@1 default/push/en@1 default/push/ko@1 default/sms/en@1 ads/sms/ko@1";
  assert.equal(await carrier.value<string>(pinned), wanted);
  await publish(carrier, "둘째", false);
  expectDone(await carrier.promote({ digest, policy }));
  assert.equal(await carrier.value<string>(pinned), wanted, "promoted once, and pinned once");
});

test("with advertising in a template, nothing is due at night, and the generation keeps that", async (t) => {
  const plain = await cloneOf(t, original);
  await publish(plain, "요금", false);
  expectDone(await plain.promote({ digest, policy }));
  const due =
    "select (extract(epoch from due_at) * 1000)::bigint as due from notifications n join members m on m.id = n.member_id where m.send_day is null and m.quiet_start is null and m.time_zone = 'Asia/Seoul'";
  const night = { zone: "Asia/Seoul", windows: [ADVERTISING_NIGHT] };
  const atNight = async (carrier: Carrier): Promise<boolean[]> =>
    (await carrier.rows<{ due: number }>(due)).map((row) => isQuiet(row.due, night));
  const withoutAds = await atNight(plain);
  assert.ok(withoutAds.length > 5 && withoutAds.every((quiet) => quiet), "at 21:30 a bill may leave at once");

  const carrier = await cloneOf(t, original);
  await publish(carrier, "(광고) 요금", true);
  expectDone(await carrier.promote({ digest, policy }));
  const withAds = await atNight(carrier);
  assert.ok(withAds.length === withoutAds.length && withAds.every((quiet) => !quiet));
  const kept = policyOfGeneration(
    await carrier.value("select notification_policy from generations where number = 1"),
  );
  assert.deepEqual(kept.systemQuiet, [...DEFAULT_POLICY.systemQuiet, ADVERTISING_NIGHT]);
});

test("a set of which nothing is published, or advertising that could never leave, is not promoted", async (t) => {
  const carrier = await cloneOf(t, original);
  const unknown = await carrier.promote({ digest, policy });
  assert.equal(unknown.code, ExitCode.jobHopeless);
  assert.match(unknown.error, /nothing of the template set "ads" is published/);
  await publish(carrier, "(광고) 요금", true);
  const day = { ...policy, systemQuiet: [{ startMinute: 8 * 60, endMinute: 21 * 60 }] };
  const never = await carrier.promote({ digest, policy: day });
  assert.equal(never.code, ExitCode.jobHopeless);
  assert.match(never.error, /leave only the night/);
  assert.equal(await carrier.value("select state from generations where number = 1"), "verified");
  expectDone(await carrier.promote({ digest, policy: day, release: "none" }));
  assert.equal(await carrier.value("select count(*) from generation_templates"), 0);
});
