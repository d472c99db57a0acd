import { button, h, icon } from "../dom.js";
import { t, timeOfDay } from "../text.js";

/** What staff did, said calmly. Empty for what the candidate need not read. @param {import("../types.js").Notice} notice */
export function noticeText({ action, seconds, reason }) {
  const minutes = Math.round(seconds / 60);
  const said = {
    add_time: seconds >= 0 ? t("%(n)s minutes were added to the time.", { n: minutes }) : t("The time was set back by %(n)s minutes.", { n: -minutes }),
    pause: t("The attempt was paused."),
    unpause: t("The attempt goes on. The time of the pause was given back."),
    reopen: t("The attempt was opened again."),
    device_changed: t("The attempt was moved to this device."),
    credit: t("%(n)s minutes were given back for an interruption of the service.", { n: minutes }),
    outage_credit: t("%(n)s minutes were given back for an interruption of the service.", { n: minutes }),
  }[action];
  return said ? (reason ? `${said} ${t("Reason: %(why)s", { why: reason })}` : said) : "";
}

/** A quiet strip over the item, never a pop-up. @param {{seen: () => void}} acts */
export function createNotices({ seen }) {
  const list = h("div", { class: "stack stack-tight", role: "status" });
  const close = button(t("Understood"), seen, { kind: "quiet" });
  const element = h("div", { class: "notices", hidden: true }, h("div", { class: "notices-mark" }, icon("info")), list, close);
  let shown = "";
  return {
    element,
    /** @param {import("../state.js").State} state */
    update({ info, noticesSeen, screen }) {
      const here = screen === "exam" || screen === "review" || screen === "waiting";
      // In practice no clock runs: nobody asks for minutes that were given back.
      const timed = info?.sitting.kind !== "practice";
      const told = ((here && info?.notices) || []).slice(noticesSeen).filter(({ action }) => timed || action !== "outage_credit");
      const fresh = told.map((notice) => ({ at: notice.at, text: noticeText(notice) })).filter(({ text }) => text);
      const lines = fresh.map(({ at, text }) => `${timeOfDay(at)} · ${text}`);
      if (here && info?.device.other_waits && info.device.here) lines.push(t("Another device asks to go on with this attempt. If that is not %(you)s, tell %(invigilator)s."));
      const key = lines.join("|");
      if (key === shown) return;
      shown = key;
      element.hidden = !lines.length;
      list.replaceChildren(...lines.map((line) => h("p", {}, line)));
    },
  };
}
