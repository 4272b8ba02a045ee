import { useState } from "preact/hooks";
import type { Policies, Policy, StoredPolicy } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { t } from "../i18n.ts";
import { go } from "../router.ts";
import { useCommand } from "../use-command.ts";
import { useResource } from "../use-resource.ts";
import { Dialog } from "../ui/dialog.ts";
import { Field, Select } from "../ui/form.ts";
import { Problem } from "../ui/page.ts";
import { announce } from "../ui/toast.ts";

type Listed = Policies["policies"];

/** The button that makes a policy as a copy of another, and goes to it. */
export function NewPolicy({ listed }: { listed: Listed }): Element {
  const [open, setOpen] = useState(false);
  return html`<button type="button" class="primary" onClick=${() => setOpen(true)}>
      ${t("policies.new")}</button
    >${open && html`<${CopyDialog} listed=${listed} onClose=${() => setOpen(false)} />`}`;
}

function CopyDialog({ listed, onClose }: { listed: Listed; onClose: () => void }): Element {
  const sources = listed.filter(({ source }) => source !== "referenced").map((one) => one.name);
  const [name, setName] = useState("");
  const [source, setSource] = useState("default");
  const copied = useResource<Policy>(`/policies/${source}`);
  const { busy, problem, press } = useCommand<StoredPolicy>("PUT", `/policies/${encodeURIComponent(name)}`);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    // One that is there already is refused by the precondition, and stays as it is.
    const answer = await press({ spec: copied.value?.spec }, { "If-None-Match": "*" });
    if (answer === undefined) return;
    announce(t("common.done", { what: t("policies.new") }));
    go(`/policies/${name}`);
  };
  return html`<${Dialog} title=${t("policies.new")} onClose=${onClose}>
    <form onSubmit=${(event: Event) => void submit(event)}>
      <div class="says">${t("policies.newSays")}</div>
      <${Field}
        label=${t("common.name")}
        hint=${t("policies.nameSays")}
        value=${name}
        onChange=${setName}
        wrong=${problem?.fields.find(({ field }) => field === "name")?.message}
        maxlength=${63}
        required
      />
      <${Select}
        label=${t("policies.copyOf")}
        value=${source}
        options=${sources.map((one) => [one, one])}
        onChange=${setSource}
      />
      <${Problem} problem=${problem ?? copied.problem} />
      ${problem?.isUncertain === true && html`<p class="fine">${t("problem.pressAgain")}</p>`}
      <div class="dialog-actions">
        <button type="button" onClick=${onClose}>${t("common.cancel")}</button>
        <button
          type="submit"
          class="primary"
          disabled=${busy || copied.value === undefined}
          aria-busy=${busy ? "true" : "false"}
        >
          ${t("policies.new")}
        </button>
      </div>
    </form>
  <//>`;
}
