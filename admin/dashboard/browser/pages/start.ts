import { useState } from "preact/hooks";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { go } from "../router.ts";
import { useCommand } from "../use-command.ts";
import { Field, Select } from "../ui/form.ts";
import { Page, Panel, Problem } from "../ui/page.ts";
import { announce } from "../ui/toast.ts";

const lastMonth = (): string => {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth() - 1, 1)).toISOString().slice(0, 7);
};

const blank = () => ({
  ...{ name: lastMonth(), period: lastMonth(), tariff: "kr-mobile", version: "2026-07" },
  ...{ partitions: "64", parallelism: "8", mode: "Commit", release: "Automatic", reason: "" },
});
type Form = ReturnType<typeof blank>;

const bodyOf = ({
  name,
  period,
  tariff,
  version,
  partitions,
  parallelism,
  mode,
  release,
  reason,
}: Form): object => ({
  name,
  reason,
  spec: {
    ...{ period, mode, tariffRef: { name: tariff, version }, dispatch: { release } },
    ...{ partitions: Number(partitions), parallelism: Number(parallelism) },
  },
});

type Own = (name: keyof Form, field: string) => object;

/** How the run goes about it. */
function How({ own }: { own: Own }): Element {
  const modes = [
    ["Commit", t("start.commit")],
    ["Plan", t("start.plan")],
  ];
  const releases = [
    ["Automatic", t("start.automatic")],
    ["Manual", t("start.manual")],
    ["None", t("start.none")],
  ];
  return html`<${Select} label=${t("start.mode")} options=${modes} ...${own("mode", "spec.mode")} />
    <${Select}
      label=${t("start.release")}
      options=${releases}
      ...${own("release", "spec.dispatch.release")}
    />
    <${Field}
      label=${t("start.partitions")}
      type="number"
      required
      ...${own("partitions", "spec.partitions")}
    />
    <${Field}
      label=${t("start.parallelism")}
      type="number"
      required
      ...${own("parallelism", "spec.parallelism")}
    />`;
}

/** A form that starts a run. */
export function StartPage(): Element {
  const [form, setForm] = useState<Form>(blank);
  const { busy, problem, press } = useCommand<{ name: string; done: string }>("POST", "/runs");
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const answer = await press(bodyOf(form));
    if (answer === undefined) return;
    announce(answer.done);
    go(`/runs/${answer.name}`);
  };
  // The name follows the month until somebody chooses another.
  const setMonth = (period: string): void =>
    setForm((now) => ({ ...now, period, name: now.name === now.period ? period : now.name }));
  const wrong = (field: string): string | undefined =>
    problem?.fields.find((each) => each.field === field)?.message;
  const own: Own = (name, field) => ({
    value: form[name],
    wrong: wrong(field),
    onChange: (value: string) => setForm((now) => ({ ...now, [name]: value })),
  });
  return html`<${Page}
    title=${t("start.title")}
    above=${html`<p class="crumb"><a href="/runs">${t("runs.title")}</a></p>`}
  >
    <${Panel}>
      <form onSubmit=${(event: Event) => void submit(event)}>
        <div class="form-grid">
          <${Field}
            label=${t("common.period")}
            type="month"
            required
            value=${form.period}
            wrong=${wrong("spec.period")}
            onChange=${setMonth}
          />
          <${Field} label=${t("start.name")} hint=${t("start.nameHint")} required ...${own("name", "name")} />
          <${Field} label=${t("start.tariff")} required ...${own("tariff", "spec.tariffRef.name")} />
          <${Field} label=${t("start.version")} required ...${own("version", "spec.tariffRef.version")} />
          <${How} own=${own} />
        </div>
        <${Field} label=${t("common.reason")} multiline ...${own("reason", "reason")} />
        <p class="says">${t("start.says", { period: form.period })}</p>
        <${Problem} problem=${problem} />
        <button type="submit" class="primary" disabled=${busy}>${t("runs.start")}</button>
      </form>
    <//>
  <//>`;
}
