import { useState } from "preact/hooks";
import type { Member } from "../answers.ts";
import { html, type Element } from "../html.ts";
import { codeName, t } from "../i18n.ts";
import { useMay } from "../person.ts";
import { Action } from "../ui/dialog.ts";
import { Field, Select } from "../ui/form.ts";
import { Facts, Panel } from "../ui/page.ts";

interface OfMember {
  readonly member: Member;
  readonly onDone: () => void;
}

/** When and how the member wants to hear of a bill. */
export function PreferencesPanel({ member, onDone }: OfMember): Element {
  const mayChange = useMay("operator");
  const { sendDay, quietHours, preferredChannel, language } = member;
  const change = html`<${ChangeAction}
    key=${JSON.stringify([sendDay, quietHours, preferredChannel, language])}
    member=${member}
    onDone=${onDone}
  />`;
  return html`<${Panel} title=${t("member.preferences")} actions=${mayChange && change}>
    <${Facts}
      rows=${[
        [t("member.language"), language === "ko" ? "한국어" : "English"],
        [t("member.sendDay"), sendDay ?? t("member.asReleased")],
        [t("member.quiet"), quietHours === null ? t("member.none") : `${quietHours.start}–${quietHours.end}`],
        [
          t("member.preferred"),
          preferredChannel === null ? t("member.byPolicy") : codeName(preferredChannel),
        ],
      ]}
    />
  <//>`;
}

function ChangeAction({ member, onDone }: OfMember): Element {
  const [language, setLanguage] = useState<string>(member.language);
  const [sendDay, setSendDay] = useState(String(member.sendDay ?? ""));
  const [start, setStart] = useState(member.quietHours?.start ?? "");
  const [end, setEnd] = useState(member.quietHours?.end ?? "");
  const [channel, setChannel] = useState<string>(member.preferredChannel ?? "");
  const body = {
    language,
    sendDay: sendDay === "" ? null : Number(sendDay),
    quietHours: start === "" && end === "" ? null : { start, end },
    preferredChannel: channel === "" ? null : channel,
  };
  const channels = [
    ["", t("member.byPolicy")],
    ...["email", "sms", "push"].map((each) => [each, codeName(each)]),
  ];
  return html`<${Action}
    label=${t("member.change")}
    method="PATCH"
    path=${`/members/${member.memberId}/preferences`}
    body=${body}
    says=${t("member.changeSays")}
    reason="optional"
    tone="primary"
    onDone=${onDone}
  >
    <div class="form-grid">
      <${Select}
        label=${t("member.language")}
        value=${language}
        options=${[
          ["ko", "한국어"],
          ["en", "English"],
        ]}
        onChange=${setLanguage}
      />
      <${Select} label=${t("member.preferred")} value=${channel} options=${channels} onChange=${setChannel} />
      <${Field}
        label=${`${t("member.sendDay")} (1–28)`}
        type="number"
        value=${sendDay}
        onChange=${setSendDay}
      />
      <${Field} label=${t("member.quietFrom")} value=${start} onChange=${setStart} placeholder="21:00" />
      <${Field} label=${t("member.quietTo")} value=${end} onChange=${setEnd} placeholder="09:00" />
    </div>
  <//>`;
}
