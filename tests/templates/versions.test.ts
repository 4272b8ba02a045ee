import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createBillBooks } from "../../consumers/pipeline/bill-books.ts";
import { ensureBuiltIn } from "../../database/templates/ensure-built-in.ts";
import { loadVersions } from "../../database/templates/load-versions.ts";
import { pinTemplates } from "../../database/templates/pin-templates.ts";
import { publishDraft } from "../../database/templates/publish-draft.ts";
import { saveDraft } from "../../database/templates/save-draft.ts";
import type { TemplateName } from "../../database/templates/template-row.ts";
import { templatesInForce } from "../../database/templates/templates-in-force.ts";
import { recordBuiltInTemplates } from "../../desk/templates/built-in-templates.ts";
import { renderBill } from "../../notification/templates/render-bill.ts";
import { sampleView } from "../../notification/templates/sample-bill.ts";
import { connect, inTransactionOn, type Client } from "../../platform/postgres.ts";
import { insertLiveGeneration } from "../support/bills.ts";
import { testDatabase } from "../support/postgres.ts";

const name: TemplateName = { set: "default", channel: "sms", locale: "ko" };
const restricted = { code: "23001" };
const insufficientPrivilege = { code: "42501" };

async function save(client: Client, text: string, changes: Partial<TemplateName> = {}): Promise<number> {
  const draft = { ...name, ...changes, promotional: false, parts: { text }, note: "", savedBy: "kim" };
  return inTransactionOn(client, () => saveDraft(client, draft));
}

async function publish(client: Client, version: number, text: string): Promise<string> {
  const draft = { ...name, version, parts: { text }, promotional: false, publishedBy: "lee" };
  return inTransactionOn(client, () => publishDraft(client, draft));
}

async function opened(t: TestContext): Promise<Client> {
  const client = await (await testDatabase(t)).connect();
  await inTransactionOn(client, () => recordBuiltInTemplates(client));
  return client;
}

test("a draft is replaced until it is published; then the next one has the next number", async (t) => {
  const client = await opened(t);
  assert.equal(await save(client, "a"), 2);
  assert.equal(await save(client, "b"), 2);
  assert.equal(await publish(client, 2, "a"), "stale", "another text than the one that was looked at");
  assert.equal(await publish(client, 2, "b"), "published");
  assert.equal(await publish(client, 2, "b"), "stale");
  assert.equal(await save(client, "c"), 3);
  const versions = await loadVersions(client, name);
  const told = versions.map(({ version, state, parts, publishedBy }) => [
    version,
    state,
    parts["text"],
    publishedBy,
  ]);
  assert.deepEqual(told.slice(0, 2), [
    [3, "draft", "c", null],
    [2, "published", "b", "lee"],
  ]);
  assert.deepEqual([told[2]?.[0], told[2]?.[1], told[2]?.[3]], [1, "published", "billing-operator"]);
  const audit = await client.query<{ actor: string; action: string; version: string }>(
    "select actor, action, detail ->> 'version' as version from audit_log order by id",
  );
  assert.deepEqual(
    audit.rows.map(({ actor, action, version }) => `${actor} ${action} ${version}`),
    ["kim template-saved 2", "kim template-saved 2", "lee template-published 2", "kim template-saved 3"],
  );
});

test("a published version cannot be changed, unpublished or deleted, by its owner neither; history stays", async (t) => {
  const client = await opened(t);
  await save(client, "a");
  for (const statement of [
    "update template_versions set parts = '{}' where state = 'published'",
    "update template_versions set state = 'draft', published_at = null, published_by = null where state = 'published'",
    "update template_versions set promotional = true where state = 'published'",
    "delete from template_versions where state = 'published'",
    "truncate template_versions cascade",
    "update template_versions set version = 9 where state = 'draft'",
    "update template_versions set state = 'published', published_at = now(), published_by = 'x', parts = '{}' where state = 'draft'",
    `insert into template_versions (set_name, channel, locale, version, state, promotional, parts, saved_by, published_by, published_at)
     values ('default', 'sms', 'ko', 7, 'published', false, '{}', 'x', 'x', now())`,
  ]) {
    await assert.rejects(client.query(statement), restricted, statement);
  }
});

test("writers of one name at once get one number each, and one of two publishers wins", async (t) => {
  const database = await testDatabase(t);
  const clients = await Promise.all(Array.from({ length: 4 }, () => database.connect()));
  const versions = await Promise.all(clients.map((client) => save(client, "same")));
  assert.deepEqual(versions, [1, 1, 1, 1]);
  const outcomes = await Promise.all(clients.map((client) => publish(client, 1, "same")));
  assert.deepEqual(outcomes.sort(), ["published", "stale", "stale", "stale"]);
});

test("the program's texts are recorded once, again when a release changes them, and never over a carrier's", async (t) => {
  const client = await opened(t);
  await inTransactionOn(client, () => recordBuiltInTemplates(client));
  assert.equal((await loadVersions(client, name)).length, 1);
  await ensureBuiltIn(client, { ...name, parts: { text: "of the next release" } });
  const [newest] = await loadVersions(client, name);
  assert.deepEqual([newest?.version, newest?.builtIn, newest?.state], [2, true, "published"]);
  await save(client, "ours");
  await publish(client, 3, "ours");
  await ensureBuiltIn(client, { ...name, parts: { text: "of a release after that" } });
  assert.equal((await loadVersions(client, name)).length, 3);
});

test("a set says what it has, and `default` the rest", async (t) => {
  const client = await opened(t);
  const version = await save(client, "여름", { set: "summer" });
  const draft = { ...name, set: "summer", version, parts: { text: "여름" }, promotional: false };
  await inTransactionOn(client, () => publishDraft(client, { ...draft, publishedBy: "lee" }));
  const inForce = await templatesInForce(client, "summer");
  assert.deepEqual(
    inForce.map(({ set, channel, locale }) => `${set}/${channel}/${locale}`),
    [
      "default/email/en",
      "default/email/ko",
      "default/push/en",
      "default/push/ko",
      "default/sms/en",
      "summer/sms/ko",
    ],
  );
});

test("a generation keeps its texts: what is published later changes no retry, in no consumer", async (t) => {
  const client = await opened(t);
  const october = { period: "2026-10", generation: 1 };
  const november = { period: "2026-11", generation: 1 };
  for (const address of [october, november]) await insertLiveGeneration(client, address, 1);
  const pin = async (address: typeof october): Promise<void> => {
    const inForce = await templatesInForce(client, "default");
    const ids = inForce.map(({ id }) => id);
    await pinTemplates(client, address, ids);
  };
  const written = async (address: typeof october): Promise<string> => {
    const { templates } = await createBillBooks(client)(address);
    return renderBill("sms", "ko", sampleView("ko"), templates).text;
  };
  await pin(october);
  const before = await written(october);
  await save(client, "새 문자 {{ plainAmountDue }}");
  await publish(client, 2, "새 문자 {{ plainAmountDue }}");
  assert.equal(await written(november), before, "never pinned: promoted before templates were kept");
  await pin(november);
  assert.equal(await written(november), "새 문자 32,320원");
  assert.equal(await written(october), before, "also in a consumer that was started anew");
  const change = "update generation_templates set template_id = template_id";
  await assert.rejects(client.query(change), restricted);
});

test("billing_template reads bills and no member, changes no published text and no pin", async (t) => {
  const { url, connect: asOwner } = await testDatabase(t);
  const address = { period: "2026-10", generation: 1 };
  await insertLiveGeneration(await asOwner(), address, 1);
  const client = await connect({ url, role: "billing_template", applicationName: "tests" });
  t.after(() => client.end());
  for (const statement of [
    "select name_encrypted from members",
    "select id from members",
    "select member_id from notifications",
    "select snapshot from bills",
    "select account_id from bills",
    "update bills set total_minor = 0",
    "delete from template_versions",
    "insert into generation_templates values ('2026-10-01', 1, 1)",
    "update template_versions set version = 1",
    "update template_versions set built_in = true",
    "select * from dead_letters",
  ]) {
    await assert.rejects(client.query(statement), insufficientPrivilege, statement);
  }
  await inTransactionOn(client, () => recordBuiltInTemplates(client));
  await save(client, "a");
  assert.equal(await publish(client, 2, "a"), "published");
});
