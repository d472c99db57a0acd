import { _, ngettext } from "../language.js";
import { button, content, h, say } from "../player/dom.js";
import { send } from "./api.js";
import { rows } from "./item.js";
import { partsOf } from "./parts.js";

/** @typedef {{item: string, bank: string, html: string, percent: number, numbers: boolean, answers: boolean}} Near */

/** After so long without typing; nobody waits for it. */
const QUIET_MS = 1200;

/** What is compared, as one text. @param {import("./types.js").Item} item */
export const compared = (item) => JSON.stringify([item.stem, rows(item).map(({ markup }) => markup), partsOf(item)]);

/** What is said beside the text. @param {Near} one */
export const remarks = ({ percent, numbers, answers, bank }) =>
  [_("%(n)s % alike", { n: percent }), numbers && _("other numbers"), answers && _("other answers"), bank].filter(Boolean).join(" · ");

/**
 * Questions of the bank that may be the same as the one being written: beside the writing, never in its way.
 * @param {{draft: () => Promise<string>, item: () => import("./types.js").Item, back: () => void}} parts `back`: where the focus goes after hiding them
 */
export function nearOnes({ draft, item, back }) {
  const told = h("p", { class: "visually-hidden", role: "status" });
  const list = h("ul", { class: "plain-list stack stack-tight" });
  const hide = button(_("Hide"), () => {
    for (const one of shown) hidden.add(one.item);
    show([]);
    back();
  }, { kind: "quiet" });
  const box = h("section", { class: "write-near stack stack-tight", "aria-labelledby": "write-near-title", hidden: true },
    h("div", { class: "row row-apart" }, h("h2", { class: "field-label", id: "write-near-title" }, _("Perhaps the bank has it already")), hide), list);
  /** @type {Set<string>} */
  const hidden = new Set();
  /** @type {Near[]} */
  let shown = [];
  let asked = 0;
  let known = compared(item());
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let waiting;

  /** @param {Near[]} found */
  const show = (found) => {
    shown = found.filter((one) => !hidden.has(one.item));
    box.hidden = !shown.length;
    say(told, shown.length ? ngettext("%(n)s question of the bank may be the same as this one.", "%(n)s questions of the bank may be the same as this one.", shown.length) : "");
    list.replaceChildren(...shown.map((one) => h("li", {},
      h("a", { href: `/items/${one.item}`, target: "_blank", rel: "noopener" }, content(one.html, "write-near-text"), h("span", { class: "visually-hidden" }, ` (${_("opens in a new tab")})`)),
      h("p", { class: "quiet small" }, remarks(one)))));
  };

  const ask = async () => {
    const mine = ++asked;
    try {
      const { near } = await send("POST", `/drafts/${await draft()}/near`, { item: item() });
      if (mine === asked) show(near);
    } catch {
      // It can be written without; the line about saving says that the service is away.
    }
  };

  return {
    element: h("div", {}, told, box),
    /** The item has changed. */
    later() {
      const now = compared(item());
      if (now === known) return;
      known = now;
      clearTimeout(waiting);
      if (item().stem) waiting = setTimeout(() => void ask(), QUIET_MS);
      else show([]);
    },
  };
}
