import { h } from "../dom.js";
import { t } from "../text.js";
import { createDialog } from "./dialogs.js";
import { languageSwitch } from "./language.js";

export const SIZES = [90, 100, 115, 130, 150, 175, 200];

/**
 * How the page looks and listens.
 * @param {import("../preferences.js").Preferences} now @param {(change: Partial<import("../preferences.js").Preferences>) => void} change
 * @param {boolean} practice it begins without the waiting room, so the language is chosen here; in a test nobody needs the risk of a new page
 */
export function createSettings(now, change, practice) {
  const shown = h("output", { class: "number", for: "size" }, `${now.size} %`);
  const size = h("input", { type: "range", id: "size", min: 0, max: SIZES.length - 1, step: 1, value: Math.max(0, SIZES.indexOf(now.size)), class: "slider",
    oninput: () => {
      const chosen = SIZES[Number(size.value)] ?? 100;
      shown.textContent = `${chosen} %`;
      size.setAttribute("aria-valuetext", `${chosen} %`);
      change({ size: chosen });
    } });
  size.setAttribute("aria-valuetext", `${now.size} %`);
  return createDialog(t("Settings"), [
    h("div", { class: "field" }, h("label", { class: "field-label row row-apart", for: "size" }, h("span", {}, t("Text size")), shown), size),
    choices(t("Colours"), "theme", [["", t("As the device")], ["light", t("Light")], ["dark", t("Dark")]], now.theme, (theme) => change({ theme: /** @type {"dark"} */ (theme) })),
    choices(t("Items on the page"), "layout", [["item", t("One at a time")], ["section", t("A whole section")]], now.layout, (layout) => change({ layout: /** @type {"item"} */ (layout) })),
    h("div", {},
      check(t("High contrast"), now.contrast, (contrast) => change({ contrast })),
      check(t("Show the time"), now.timer, (timer) => change({ timer })),
      check(t("Letter keys (A–D, F, X, P)"), now.letters, (letters) => change({ letters }))),
    ...(practice ? [languageSwitch()] : []),
  ]);
}

/** @param {string} label @param {boolean} on @param {(on: boolean) => void} change */
function check(label, on, change) {
  const input = h("input", { type: "checkbox", checked: on, onchange: () => change(input.checked) });
  return h("label", { class: "check" }, input, h("span", {}, label));
}

/** @param {string} legend @param {string} name @param {[string, string][]} values @param {string} chosen @param {(value: string) => void} change */
function choices(legend, name, values, chosen, change) {
  return h("fieldset", { class: "fieldset" }, h("legend", {}, legend),
    h("div", { class: "segments" }, values.map(([value, label]) =>
      h("label", { class: "segment" }, h("input", { type: "radio", name: `setting-${name}`, value, checked: value === chosen, onchange: () => change(value) }), h("span", {}, label)))));
}
