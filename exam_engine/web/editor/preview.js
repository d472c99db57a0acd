import { _ } from "../language.js";
import { content, h } from "../player/dom.js";
import { INTERACTIONS, bring } from "../player/interactions/registry.js";
import { t } from "../player/text.js";
import { shownNumber } from "./form/fields.js";
import { points } from "../player/views/item.js";

/** @typedef {{item: any, order: string[], passage: string, language: string, variants?: {seed: number, values: string, answers: string}[]}} Shown */

/**
 * The question as the pupil gets it: the player's own modules and style sheet, in a tree of their own so that nothing of this page
 * reaches them. It can be tried; what is chosen goes nowhere.
 * @param {string} style address of the player's style sheet
 */
export function preview(style) {
  const host = h("div", { class: "preview-frame", role: "group", "aria-label": _("Preview") });
  const root = host.attachShadow({ mode: "open" });
  const place = h("div", { class: "preview-page" });
  root.append(place);
  // A sheet of the shadow tree's own; of a <link> here axe makes a style element, which the policy reports.
  const sheet = new CSSStyleSheet();
  root.adoptedStyleSheets = [sheet];
  void fetch(style).then((reply) => reply.text()).then((text) => sheet.replace(text)).catch(() => undefined);
  let last = "";
  /** @type {unknown} */
  let answer = null;
  /** @param {Shown} shown */
  const draw = ({ item, order, passage, language }) => {
    const stem = content(item.stem);
    stem.id = "preview-stem";
    /** @type {string[]} */
    let out = [];
    const update = () => view?.update({ value: /** @type {any} */ (answer), out, locked: false, letters: true });
    const view = INTERACTIONS[item.type]?.({ ...item, number: 1, order, section: 0, group: "" }, {
      name: "preview",
      labelledby: "preview-number preview-stem",
      change: (value) => {
        answer = value;
        update();
      },
      strike: (option) => {
        out = out.includes(option) ? out.filter((one) => one !== option) : [...out, option];
        update();
      },
    });
    const head = h("div", { class: "item-head" }, h("h3", { class: "item-number", id: "preview-number" }, t("Item %(n)s", { n: 1 })), h("span", { class: "small quiet number" }, points(item.points)));
    place.replaceChildren(h("div", { class: "work" }, passage ? h("div", { class: "stack" }, content(passage)) : "", h("div", { class: "item", lang: language }, head, view?.ownStem ? "" : stem, view?.element ?? "")));
    update();
  };
  const others = h("div", { class: "stack stack-tight", hidden: true });
  return {
    element: h("div", { class: "stack stack-tight" }, host, others),
    /** @param {Shown} shown */
    show(shown) {
      const variants = shown.variants ?? [];
      others.hidden = !variants.length;
      others.replaceChildren(h("h3", { class: "field-label" }, _("Numbers of some forms")),
        h("ul", {}, variants.map(({ seed, ...told }) => ({ seed, values: shownNumber(told.values), answers: shownNumber(told.answers) })).map(({ seed, values, answers }) => h("li", {}, answers ? _("Seed %(n)s: %(values)s → %(answers)s", { n: seed, values, answers }) : _("Seed %(n)s: %(values)s", { n: seed, values })))));
      const now = JSON.stringify(shown);
      if (now === last) return;
      last = now;
      void bring([shown.item.type]).then(() => {
        if (now !== last) return;
        answer = null;
        draw(shown);
      });
    },
    /** @param {boolean} narrow */
    narrow(narrow) {
      host.classList.toggle("preview-phone", narrow);
    },
  };
}
