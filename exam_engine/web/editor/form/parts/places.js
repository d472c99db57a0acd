import { _ } from "../../../language.js";
import { button, h } from "../../../player/dom.js";
import { freshName, withoutName } from "../../parts.js";
import { RichField } from "../../rich/field.js";
import { marks, nodes } from "../../rich/schema.js";
import { wordsOf } from "./choices.js";

/** @typedef {import("./own.js").Own} Own @typedef {import("../fields.js").Part} Field */

/** The names of the gaps or choices in a text, in its order. @param {string} html @param {"gap" | "hot"} kind @returns {Map<string, string>} name → words */
export function namesIn(html, kind) {
  const template = document.createElement("template");
  template.innerHTML = html;
  /** @type {Map<string, string>} */
  const found = new Map();
  for (const place of template.content.querySelectorAll(`[data-place^="${kind}:"]`)) {
    const name = (place.getAttribute("data-place") ?? "").slice(kind.length + 1);
    found.set(name, `${found.get(name) ?? ""}${wordsOf(place.innerHTML)}`);
  }
  return found;
}

/** A text with gaps, or with words to choose; the list of them follows the text. @param {Own} own @param {"gap" | "hot"} kind @returns {Field} */
export function textWithPlaces(own, kind) {
  const list = kind === "gap" ? "targets" : "choices";
  const label = kind === "gap" ? _("Text with gaps") : _("Text with words to choose");
  /** @param {string} html */
  const follow = (html) => {
    const names = namesIn(html, kind);
    const before = own.part[list] ?? [];
    const after = [...names].map(([id, words]) => ({ ...before.find((one) => one.id === id), id, markup: kind === "gap" ? "" : words }));
    const gone = before.filter(({ id }) => !names.has(id));
    const answers = gone.reduce((left, { id }) => withoutName(left, id), own.answers);
    return { values: { text: html, [list]: after }, marking: gone.length ? { answers } : {} };
  };
  const field = new RichField({
    html: own.part.text ?? "", label, tools: own.desk.tools, focused: own.desk.focused,
    changed: (html, how) => {
      const { values, marking } = follow(html);
      if (marking.answers && own.marking) own.both(values, marking, "text");
      else own.set(values, "text", how.typed);
    },
  });
  const fresh = () => freshName(kind === "gap" ? "g" : "h", [...namesIn(own.part.text ?? "", kind).keys()].map((id) => ({ id })));
  const put = () => {
    const { view } = field;
    const { from, to, empty } = view.state.selection;
    if (kind === "gap") view.dispatch(view.state.tr.replaceSelectionWith(nodes.place_inline.create({ place: `gap:${fresh()}` }), false).setMeta("own", true));
    else if (!empty) view.dispatch(view.state.tr.addMark(from, to, marks.hot.create({ place: `hot:${fresh()}` })).setMeta("own", true));
    field.focus();
  };
  const away = () => {
    const { view } = field;
    const { $from, from, to } = view.state.selection;
    const range = from === to ? [$from.start(), $from.end()] : [from, to];
    view.dispatch(view.state.tr.removeMark(range[0] ?? from, range[1] ?? to, marks.hot).setMeta("own", true));
    field.focus();
  };
  const still = { more: { onmousedown: (/** @type {Event} */ event) => event.preventDefault() } };
  const hint = kind === "gap" ? _("Put the caret where a gap belongs.") : _("Select the words that can be chosen.");
  const element = h("div", { class: "field" }, h("span", { class: "field-label" }, label), h("p", { class: "field-hint" }, hint), field.element,
    h("div", { class: "row" }, button(kind === "gap" ? _("Put in a gap") : _("Mark as a choice"), put, still), kind === "hot" ? button(_("No choice any more"), away, { kind: "quiet", ...still }) : null));
  return { element, show: () => field.show(own.part.text ?? ""), focus: () => field.focus(), destroy: () => field.destroy() };
}
